import { loadOrCreateCredentials, loadOrCreateSessionKey } from "./credentials-file.ts";
import { startControlServer } from "./faults/control-server.ts";
import { createFaults, type Faults } from "./faults/create-faults.ts";
import { ACCOUNT_ID } from "./identity/account.ts";
import { createIdentities } from "./identity/create-identities.ts";
import type { AccountCredentials } from "./identity/credentials.ts";
import { type RoleOptions, toRoleArn } from "./identity/role.ts";
import { type LoopbackServer, type RequestHandler, startLoopbackServer } from "./loopback-server.ts";
import { createServiceRouter } from "./route-service.ts";
import { type BucketOptions, openState, type QueueOptions } from "./open-state.ts";
import type { ChecksumSupport } from "./s3/checksums/checksum-support.ts";
import { createS3Handler, toBadRequest } from "./s3/handle-request.ts";
import type { LifecycleRun } from "./s3/lifecycle/run-lifecycle.ts";
import { startLifecycle } from "./s3/lifecycle/start-lifecycle.ts";
import { createSqsService } from "./sqs/create-sqs-service.ts";
import { toQueueArn } from "./sqs/queue-arn.ts";
import { createStsHandler } from "./sts/handle-sts.ts";

export interface LocalAwsOptions {
  /** Holds everything; made if missing. One process at a time. */
  dataDir: string;
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** Where other processes may control the faults: see `LocalAws.faults`. Absent: nowhere; 0: any free one. */
  controlPort?: number;
  /** Absent: made at the first start and kept in `dataDir`. */
  credentials?: AccountCredentials;
  /** Who may be assumed with AssumeRole, and what its sessions may do. The account itself may do everything. */
  roles?: readonly RoleOptions[];
  /** Made if missing. Where `cors` is given, it replaces the rules that a bucket has. */
  buckets?: readonly BucketOptions[];
  /** Made if missing, in this order. Attributes that are given replace those that a queue has. */
  queues?: readonly QueueOptions[];
  region?: string;
  /**
   * What becomes of `x-amz-checksum-*`. Amazon keeps them, which is the default. To see how a client fares with
   * other stores, which have Content-MD5 and ETags alone: `ignored` takes and forgets them, as older versions of
   * MinIO and Ceph do; `refused` answers InvalidArgument, as Backblaze does.
   */
  checksums?: ChecksumSupport;
  /** How long nothing may move on a connection before it is closed; a minute by default. */
  idleTimeoutMs?: number;
  clock?: () => Date;
  /**
   * One line per refused request, injected fault, upload or object that a lifecycle rule took away, and event that
   * no queue took; never a signature, a secret or a presigned URL.
   */
  log?: (line: string) => void;
}

export interface LocalAws extends AsyncDisposable {
  /** Of all services: S3, SQS and STS. */
  endpoint: string;
  port: number;
  region: string;
  /** Of the account. */
  credentials: AccountCredentials;
  accountId: string;
  /** Of a queue with this name, which may not be there. */
  queueArn(name: string): string;
  /** @throws {Error} when no role of this name was given */
  roleArn(name: string): string;
  /** What goes wrong on demand. Nothing of it can be reached from the port of the services. */
  faults: Faults;
  /** With `controlPort`. */
  controlEndpoint: string | undefined;
  /** Do now what lifecycle rules ask for; it is done each minute anyway. */
  runLifecycle(): Promise<LifecycleRun>;
  close(): Promise<void>;
}

/**
 * Start the stand-ins on loopback.
 *
 * @throws EADDRINUSE as Node gives it; an error that names the folder when another process has it, or the role
 *   that IAM would not take
 */
export async function createLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { dataDir, region = "us-east-1", checksums = "kept", log = () => {} } = options;
  const credentials = options.credentials ?? (await loadOrCreateCredentials(dataDir));
  const sessionKey = await loadOrCreateSessionKey(dataDir);
  const identities = createIdentities({ credentials, sessionKey, roles: options.roles ?? [] });
  const faults = createFaults({
    clock: options.clock ?? (() => new Date()),
    log,
    expireCredentials: () => identities.expireSessions(faults.clock()),
  });
  const { clock } = faults;
  // The port comes first: of two starts by mistake, the second should hear of the port.
  const { promise: handler, resolve: serveWith } = Promise.withResolvers<RequestHandler>();
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    idleMs: options.idleTimeoutMs,
    async handle(message, response, sendContinue) {
      response.setHeader("date", clock().toUTCString()); // clients whose clock is wrong set it by this
      await (
        await handler
      )(message, response, sendContinue);
    },
    toBadRequest,
  });
  let control: LoopbackServer | undefined;
  try {
    control = await openControl(options.controlPort, faults.control);
    const { buckets = [], queues: namedQueues = [] } = options;
    const { store, queues } = await openState({ dataDir, region, clock, buckets, queues: namedQueues });
    serveWith(
      createServiceRouter({
        s3: createS3Handler({ store, queues, identities, region, clock, faults, checksums, log }),
        sqs: createSqsService({ queues, identities, region, clock, endpoint: () => server.endpoint, log }),
        sts: createStsHandler({ identities, region, clock, log }),
      }),
    );
    const lifecycle = startLifecycle({ store, clock, log });
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closing ??= (async () => {
        faults.close(); // so that nothing waits for what a fault holds up
        queues.close(); // or for messages
        await control?.close();
        await server.close();
        await lifecycle.close();
        await store.close();
      })());
    return {
      endpoint: server.endpoint,
      port: server.port,
      region,
      credentials,
      accountId: ACCOUNT_ID,
      queueArn: (name) => toQueueArn({ region, accountId: ACCOUNT_ID, name }),
      roleArn(name) {
        const arn = toRoleArn(name);
        if (identities.roles.has(arn)) return arn;
        throw new Error(`there is no role ${JSON.stringify(name)}`);
      },
      faults: faults.control,
      controlEndpoint: control?.endpoint,
      runLifecycle: () => lifecycle.run(),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await control?.close();
    serveWith(async (_message, response) => void response.destroy());
    await server.close();
    throw error;
  }
}

async function openControl(port: number | undefined, faults: Faults): Promise<LoopbackServer | undefined> {
  return port === undefined ? undefined : startControlServer({ port, faults });
}
