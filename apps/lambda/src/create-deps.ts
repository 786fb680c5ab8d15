import { collections, createStoreLimits, createUploadTokens, type ApiDeps, type Vending } from "@waybill/api";
import { createRequestSigner, createSessionVendor, type Store } from "@waybill/core/s3";
import packageJson from "../package.json" with { type: "json" };
import { createDoors } from "./create-doors.ts";
import type { DoorDeps } from "./door/pass-on.ts";
import type { Env } from "./env.ts";
import { limitsOf } from "./limit-env.ts";
import { loginOptions } from "./oidc-env.ts";
import { accessStore, type StoreAccess } from "./access-store.ts";

/** Everything the API needs, and its door, made once per process. */
export function createDeps(env: Env): { api: ApiDeps; door: DoorDeps | undefined } {
  const access = accessStore(env);
  const { address, region, client, credentials, now } = access;
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
    vending: vendingOf(env, access),
    now,
    version: packageJson.version,
    login: loginOptions(env),
  };
  const hasDoor = env.WAYBILL_LAMBDA_URL !== undefined;
  return { api, door: hasDoor ? { address, region, credentials, now, publicKeys } : undefined };
}

function vendingOf(env: Env, { sts, stsWith }: StoreAccess): Vending | undefined {
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
