import { collections, createStoreLimits, createUploadTokens, type ApiDeps, type Vending } from "@waybill/api";
import type { Credentials } from "@waybill/core";
import {
  bucketAddress,
  createRequestSigner,
  createS3Client,
  createSessionVendor,
  createSigningRole,
  createStoreClock,
  createStsClient,
  type Store,
} from "@waybill/core/s3";
import packageJson from "../package.json" with { type: "json" };
import { createDoors } from "./create-doors.ts";
import type { DoorDeps } from "./door/pass-on.ts";
import type { Env } from "./env.ts";
import { limitsOf } from "./limit-env.ts";
import { loginOptions } from "./oidc-env.ts";
import { once } from "./once.ts";
import { ownCredentials } from "./own-credentials.ts";

/** Everything the API needs, and its door, made once per process. */
export function createDeps(env: Env): { api: ApiDeps; door: DoorDeps | undefined } {
  const clock = createStoreClock(() => new Date());
  const client = once(async () => {
    const made = await createS3Client({
      region: env.AWS_REGION,
      forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
      ...(env.WAYBILL_S3_ENDPOINT === undefined ? {} : { endpoint: env.WAYBILL_S3_ENDPOINT }),
    });
    clock.follow(made);
    return made;
  });
  const { now } = clock;
  const region = env.AWS_REGION;
  const address = bucketAddress({
    bucket: env.WAYBILL_S3_BUCKET,
    region,
    endpoint: env.WAYBILL_S3_ENDPOINT,
    forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
    dualStack: env.AWS_USE_DUALSTACK_ENDPOINT,
    fips: env.AWS_USE_FIPS_ENDPOINT,
    accelerate: env.WAYBILL_S3_ACCELERATE,
  });
  const own = ownCredentials(env, client);
  const stsWith = (credentials: () => Promise<Credentials>) =>
    createStsClient({ region, endpoint: env.WAYBILL_STS_ENDPOINT, credentials });
  const sts = once(() => stsWith(own));
  const credentials = signingCredentials(env, { own, sts, now });
  const { signers, cookies, publicKeys } = createDoors(env, now);
  const integrity = env.WAYBILL_S3_INTEGRITY === "md5" ? "MD5" : "CRC64NVME";
  const store: Store = { client, bucket: env.WAYBILL_S3_BUCKET, integrity };
  const api: ApiDeps = {
    store,
    collections,
    signer: createRequestSigner({ address, region, credentials, now }),
    doors: signers,
    cookies,
    tokens: createUploadTokens({ keys: env.WAYBILL_TOKEN_KEYS, now }),
    address,
    region,
    credentials,
    limits: createStoreLimits({ store, collections, limits: limitsOf(env), now }),
    // A line of its own, and not the console's: Lambda would put its own words before it.
    audit: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
    vending: vendingOf(env, sts, stsWith),
    now,
    version: packageJson.version,
    login: loginOptions(env),
  };
  const hasDoor = env.WAYBILL_LAMBDA_URL !== undefined;
  return { api, door: hasDoor ? { address, region, credentials, now, publicKeys } : undefined };
}

type Sts = () => ReturnType<typeof createStsClient>;

/** As long as role chaining allows. */
const SIGNING_SESSION_SECONDS = 3600;

function signingCredentials(
  env: Env,
  { own, sts, now }: { own: () => Promise<Credentials>; sts: Sts; now: () => Date },
): () => Promise<Credentials> {
  if (env.WAYBILL_SIGNING_ROLE_ARN === undefined) return own;
  return createSigningRole({
    sts,
    roleArn: env.WAYBILL_SIGNING_ROLE_ARN,
    sessionName: "waybill-grants",
    durationSeconds: SIGNING_SESSION_SECONDS,
    now,
  });
}

function vendingOf(
  env: Env,
  sts: Sts,
  stsWith: (credentials: () => Promise<Credentials>) => ReturnType<Sts>,
): Vending | undefined {
  const roleArn = env.WAYBILL_VENDING_ROLE_ARN;
  if (roleArn === undefined) return undefined;
  const [, partition = "aws"] = roleArn.split(":");
  return {
    assume: createSessionVendor({
      sts,
      stsWith: (session) => stsWith(async () => session),
      roleArn,
    }),
    bucketArn: `arn:${partition}:s3:::${env.WAYBILL_S3_BUCKET}`,
    endpoint: env.WAYBILL_S3_ENDPOINT,
  };
}
