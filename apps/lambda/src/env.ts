import { parseEnvironment } from "@waybill/core";
import * as z from "zod/mini";
import { DoorEnv, doorEnvChecks } from "./door-env.ts";
import { LimitEnv } from "./limit-env.ts";
import { NamedSecrets } from "./named-secrets.ts";
import { OidcEnv } from "./oidc-env.ts";
import { RoleArn, StoreEnv } from "./store-env.ts";

const MIN_KEY_BYTES = 32;

const Env = z
  .object({
    ...StoreEnv,
    ...OidcEnv,
    ...DoorEnv,
    ...LimitEnv,
    /** By what the store proves uploads: `md5` for one that has Content-MD5 and ETags, and no other checksums. */
    WAYBILL_S3_INTEGRITY: z._default(z.enum(["crc64nvme", "md5"]), "crc64nvme"),
    /** The role whose sessions clients may get, each narrowed to its prefix; no credentials are given when it is left out. */
    WAYBILL_VENDING_ROLE_ARN: z.optional(RoleArn),
    /** The keys that sign upload tokens: `kid:base64[,kid:base64…]`. The first signs, all verify. */
    WAYBILL_TOKEN_KEYS: NamedSecrets.check(
      z.refine((keys) => keys.every(({ secret }) => secret.length >= MIN_KEY_BYTES), {
        error: `has a key shorter than ${MIN_KEY_BYTES} bytes`,
      }),
    ),
  })
  .check(
    z.refine((env) => env.WAYBILL_OIDC_ISSUER === undefined || env.WAYBILL_OIDC_AUDIENCE.length > 0, {
      path: ["WAYBILL_OIDC_AUDIENCE"],
      error: "is needed with WAYBILL_OIDC_ISSUER: tokens for other APIs are not for this one",
    }),
    ...doorEnvChecks,
  );
export type Env = z.infer<typeof Env>;

/**
 * The only reader of environment variables here.
 *
 * @throws with every problem at once, never with a value
 */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  return parseEnvironment(Env, variables);
}
