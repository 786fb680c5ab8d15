import type { S3Client } from "@aws-sdk/client-s3";
import type { Credentials } from "@waybill/core";
import {
  bucketAddress,
  createS3Client,
  createSigningRole,
  createStoreClock,
  createStsClient,
  type BucketAddress,
} from "@waybill/core/s3";
import { once } from "./once.ts";
import { ownCredentials } from "./own-credentials.ts";
import type { StoreEnv } from "./store-env.ts";

type Sts = ReturnType<typeof createStsClient>;

/** The bucket, and what this process signs with; nothing is loaded before it is needed. */
export interface StoreAccess {
  address: BucketAddress;
  region: string;
  client: () => Promise<S3Client>;
  /** By the store's clock. */
  now: () => Date;
  sts: () => Sts;
  stsWith: (credentials: () => Promise<Credentials>) => Sts;
  /** Of the signing role, where there is one; else the process's own. */
  credentials: () => Promise<Credentials>;
}

/** As long as role chaining allows. */
const SIGNING_SESSION_SECONDS = 3600;

export function accessStore(env: StoreEnv): StoreAccess {
  const { AWS_REGION: region, WAYBILL_STS_ENDPOINT: stsEndpoint, WAYBILL_SIGNING_ROLE_ARN: roleArn } = env;
  const clock = createStoreClock(() => new Date());
  const client = once(async () => {
    const made = await createS3Client({
      region,
      forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
      ...(env.WAYBILL_S3_ENDPOINT === undefined ? {} : { endpoint: env.WAYBILL_S3_ENDPOINT }),
    });
    clock.follow(made);
    return made;
  });
  const { now } = clock;
  const own = ownCredentials(env, client);
  const stsWith: StoreAccess["stsWith"] = (credentials) =>
    createStsClient({ region, endpoint: stsEndpoint, credentials });
  const sts = once(() => stsWith(own));
  return {
    address: bucketAddress({
      bucket: env.WAYBILL_S3_BUCKET,
      region,
      endpoint: env.WAYBILL_S3_ENDPOINT,
      forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
      dualStack: env.AWS_USE_DUALSTACK_ENDPOINT,
      fips: env.AWS_USE_FIPS_ENDPOINT,
      accelerate: env.WAYBILL_S3_ACCELERATE,
    }),
    region,
    client,
    now,
    sts,
    stsWith,
    credentials:
      roleArn === undefined
        ? own
        : createSigningRole({
            sts,
            roleArn,
            sessionName: "waybill-grants",
            durationSeconds: SIGNING_SESSION_SECONDS,
            now,
          }),
  };
}
