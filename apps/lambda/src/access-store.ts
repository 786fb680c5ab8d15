import type { S3Client } from "@aws-sdk/client-s3";
import type { Credentials } from "@waybill/core";
import {
  bucketAddress,
  createS3Client,
  createStoreClock,
  type BucketAddress,
  type SendToStore,
} from "@waybill/core/s3";
import type { AssumedRoles } from "./assumed-roles.ts";
import { once } from "./once.ts";
import { ownCredentials } from "./own-credentials.ts";
import type { StoreEnv } from "./store-env.ts";

/** The bucket, and what this process signs with; nothing is loaded before it is needed. */
export interface StoreAccess {
  address: BucketAddress;
  region: string;
  client: () => Promise<S3Client>;
  send: SendToStore;
  /** By the store's clock. */
  now: () => Date;
  roles: () => Promise<AssumedRoles>;
  /** Of the signing role, where there is one; else the process's own. */
  credentials: () => Promise<Credentials>;
}

export function accessStore(env: StoreEnv): StoreAccess {
  const { AWS_REGION: region, WAYBILL_STS_ENDPOINT: endpoint, WAYBILL_SIGNING_ROLE_ARN: roleArn } = env;
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
  const place = {
    bucket: env.WAYBILL_S3_BUCKET,
    region,
    endpoint: env.WAYBILL_S3_ENDPOINT,
    forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
    dualStack: env.AWS_USE_DUALSTACK_ENDPOINT,
    fips: env.AWS_USE_FIPS_ENDPOINT,
    accelerate: env.WAYBILL_S3_ACCELERATE,
  };
  const sender = once(async () => {
    const { createStoreSender, sendByNode } = await import("./store-sender.ts");
    const address = bucketAddress({ ...place, accelerate: false });
    return createStoreSender({ address, region, credentials: own, clock, transport: sendByNode });
  });
  const roles = once(async () => {
    const { createAssumedRoles } = await import("./assumed-roles.ts");
    return createAssumedRoles({ region, endpoint, own, now });
  });
  const signing = once(async () => (roleArn === undefined ? own : (await roles()).signing(roleArn)));
  return {
    address: bucketAddress(place),
    region,
    client,
    send: async (request) => (await sender())(request),
    now,
    roles,
    credentials: async () => (await signing())(),
  };
}
