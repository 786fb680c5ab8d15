import { collections, createStoreLimits, createUploadTokens, type ApiDeps } from "@waybill/api";
import {
  bucketAddress,
  createRequestSigner,
  createS3Client,
  createSigningRole,
  createStoreClock,
  createStoreSender,
  createStsClient,
  sendByFetch,
} from "@waybill/core/s3";
import type { LocalAws } from "@waybill/local-aws";
import { randomBytes } from "node:crypto";

export const BUCKET = "rig";
export const ROLE = "waybill-grants";
/** What grants are made of; also what the peers' servers need, which sign all operations. */
export const ROLE_POLICY = {
  Statement: {
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    Resource: `arn:aws:s3:::${BUCKET}/*`,
  },
};

/** What the API on AWS has, and what can happen to it there. */
export interface RigApi {
  deps: () => ApiDeps;
  credentials: ApiDeps["credentials"];
  /** From now on it signs with a session of its own making, as after the old one has ended. */
  renewSession(): void;
  /** As after a restart with another secret. */
  replaceTokenKey(): void;
  close(): void;
}

/** The dependencies as the Lambda function has them: grants of a role's session, retries and timeouts alike. */
export async function openApi(
  aws: LocalAws,
  storeEndpoint: string,
  further: Partial<ApiDeps> = {},
): Promise<RigApi> {
  const { region } = aws;
  const client = await createS3Client({
    region,
    endpoint: storeEndpoint,
    forcePathStyle: true,
    credentials: aws.credentials,
  });
  const clock = createStoreClock(() => new Date());
  clock.follow(client);
  const { now } = clock;
  const sts = await createStsClient({
    region,
    endpoint: aws.endpoint,
    credentials: async () => aws.credentials,
  });
  const assumeRole = () =>
    createSigningRole({
      sts: async () => sts,
      roleArn: aws.roleArn(ROLE),
      sessionName: "waybill-grants",
      durationSeconds: 3600,
      now,
    });
  let session = assumeRole();
  let tokens = newTokens(now);
  const credentials = () => session();
  const address = bucketAddress({ bucket: BUCKET, region, endpoint: storeEndpoint, forcePathStyle: true });
  const signer = createRequestSigner({ address, region, credentials, now });
  const send = createStoreSender({
    address,
    region,
    clock,
    credentials: async () => aws.credentials,
    transport: sendByFetch,
  });
  const store = { client: async () => client, send, bucket: BUCKET, integrity: "CRC64NVME" as const };
  const limits = createStoreLimits({ store, collections, limits: {}, now });
  return {
    deps: () => ({
      collections,
      store,
      limits,
      audit: () => {},
      signer,
      doors: {},
      tokens,
      address,
      region,
      credentials,
      now,
      version: "0.0.0",
      login: null,
      ...further,
    }),
    credentials,
    renewSession() {
      session = assumeRole();
    },
    replaceTokenKey() {
      tokens = newTokens(now);
    },
    close() {
      client.destroy();
      sts.destroy();
    },
  };
}

function newTokens(now: () => Date): ApiDeps["tokens"] {
  return createUploadTokens({ keys: [{ kid: "k1", secret: randomBytes(32) }], now });
}
