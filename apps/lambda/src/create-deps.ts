import { collections, type ApiDeps, type Vending } from "@waybill/api";
import type { Store } from "@waybill/core/s3";
import packageJson from "../package.json" with { type: "json" };
import { createDoors } from "./create-doors.ts";
import type { DoorDeps } from "./door/pass-on.ts";
import type { Env } from "./env.ts";
import { limitsOf } from "./limit-env.ts";
import { loginOptions } from "./oidc-env.ts";
import { accessStore, type StoreAccess } from "./access-store.ts";
import { once } from "./once.ts";
import { limitsWhenUsed, signerWhenUsed, tokensWhenUsed } from "./when-used.ts";

/** Everything the API needs, and its door, made once per process. */
export function createDeps(env: Env): { api: ApiDeps; door: DoorDeps | undefined } {
  const access = accessStore(env);
  const { address, region, client, send, credentials, now } = access;
  const { signers, cookies, publicKeys } = createDoors(env, now);
  const integrity = env.WAYBILL_S3_INTEGRITY === "md5" ? "MD5" : "CRC64NVME";
  const store: Store = { client, send, bucket: env.WAYBILL_S3_BUCKET, integrity };
  const api: ApiDeps = {
    store,
    collections,
    signer: signerWhenUsed(async () => {
      const { createRequestSigner } = await import("@waybill/core/request-signer");
      return createRequestSigner({ address, region, credentials, now });
    }),
    doors: signers,
    cookies,
    tokens: tokensWhenUsed(async () => {
      const { createUploadTokens } = await import("@waybill/api/upload-tokens");
      return createUploadTokens({ keys: env.WAYBILL_TOKEN_KEYS, now });
    }),
    address,
    region,
    credentials,
    limits: limitsWhenUsed(async () => {
      const { createStoreLimits } = await import("@waybill/api/limits");
      return createStoreLimits({ store, collections, limits: limitsOf(env), now });
    }),
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

function vendingOf(env: Env, { roles }: StoreAccess): Vending | undefined {
  const roleArn = env.WAYBILL_VENDING_ROLE_ARN;
  if (roleArn === undefined) return undefined;
  const [, partition = "aws"] = roleArn.split(":");
  const assume = once(async () => (await roles()).vending(roleArn));
  return {
    assume: async (session) => (await assume())(session),
    bucketArn: `arn:${partition}:s3:::${env.WAYBILL_S3_BUCKET}`,
    endpoint: env.WAYBILL_S3_ENDPOINT,
  };
}
