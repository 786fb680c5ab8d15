import { loadOrCreateCredentials } from "./credentials-file.ts";
import { type RequestHandler, startLoopbackServer } from "./loopback-server.ts";
import { checkBucketName } from "./s3/bucket-name.ts";
import type { CorsRule } from "./s3/cors/cors-rule.ts";
import { parseCorsXml, toCorsXml } from "./s3/cors/cors-xml.ts";
import { createS3Handler, toBadRequest } from "./s3/handle-request.ts";
import { type ObjectStore, openObjectStore } from "./s3/object-store/object-store.ts";
import type { Credentials } from "./s3/sigv4/authenticate.ts";

export interface LocalAwsOptions {
  /** Holds everything; made if missing. One process at a time. */
  dataDir: string;
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** Absent: made at the first start and kept in `dataDir`. */
  credentials?: Credentials;
  /** Made if missing. Where `cors` is given, it replaces the rules that a bucket has. */
  buckets?: readonly { name: string; cors?: readonly CorsRule[] }[];
  region?: string;
  clock?: () => Date;
  /** One line per refused request; never a signature, a secret or a presigned URL. */
  log?: (line: string) => void;
}

export interface LocalAws extends AsyncDisposable {
  endpoint: string;
  port: number;
  region: string;
  credentials: Credentials;
  close(): Promise<void>;
}

/**
 * Start the stand-ins on loopback.
 *
 * @throws EADDRINUSE as Node gives it; an error that names the folder when another process has it
 */
export async function createLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { dataDir, region = "us-east-1", clock = () => new Date(), log = () => {} } = options;
  // The port comes first: of two starts by mistake, the second should hear of the port.
  const { promise: handler, resolve: serveWith } = Promise.withResolvers<RequestHandler>();
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    handle: async (...request) => (await handler)(...request),
    toBadRequest,
  });
  try {
    const credentials = options.credentials ?? (await loadOrCreateCredentials(dataDir));
    const store = await openPreparedStore(options, clock());
    serveWith(createS3Handler({ store, credentials, region, clock, log }));
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => (closing ??= server.close().then(() => store.close()));
    const { endpoint, port } = server;
    return { endpoint, port, region, credentials, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    serveWith(async (_message, response) => void response.destroy());
    await server.close();
    throw error;
  }
}

async function openPreparedStore(
  { dataDir, buckets = [] }: LocalAwsOptions,
  now: Date,
): Promise<ObjectStore> {
  const store = await openObjectStore(dataDir);
  try {
    for (const bucket of buckets) prepareBucket(store, bucket, now);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

function prepareBucket(
  store: ObjectStore,
  { name, cors }: NonNullable<LocalAwsOptions["buckets"]>[number],
  now: Date,
): void {
  checkBucketName(name);
  store.buckets.create(name, now);
  if (cors === undefined) return;
  const corsXml = toCorsXml(cors);
  parseCorsXml(Buffer.from(corsXml)); // the rules must be such that S3 would take them
  store.buckets.setSetting(name, "cors", corsXml);
}
