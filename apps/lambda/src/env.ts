import { parseEnvironment } from "@waybill/core";
import * as z from "zod/mini";
import { DoorEnv, doorEnvChecks } from "./door-env.ts";
import { LimitEnv } from "./limit-env.ts";
import { NamedSecrets } from "./named-secrets.ts";
import { OidcEnv } from "./oidc-env.ts";

const MIN_KEY_BYTES = 32;

const RoleArn = z.string().check(z.regex(/^arn:aws[\w-]*:iam::\S+$/, "is no ARN of a role"));

const Env = z
  .object({
    ...OidcEnv,
    ...DoorEnv,
    ...LimitEnv,
    /** The bucket that holds everything. */
    WAYBILL_S3_BUCKET: z.string().check(z.minLength(3)),
    /** An S3-compatible server; Amazon when left out. */
    WAYBILL_S3_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
    WAYBILL_S3_FORCE_PATH_STYLE: z._default(z.stringbool(), false),
    /** By what the store proves uploads: `md5` for one that has Content-MD5 and ETags, and no other checksums. */
    WAYBILL_S3_INTEGRITY: z._default(z.enum(["crc64nvme", "md5"]), "crc64nvme"),
    AWS_REGION: z._default(z.string(), "us-east-1"),
    /** The SDK reads these by itself; grants are signed with them without it. */
    AWS_ACCESS_KEY_ID: z.optional(z.string()),
    AWS_SECRET_ACCESS_KEY: z.optional(z.string()),
    AWS_SESSION_TOKEN: z.optional(z.string()),
    AWS_CREDENTIAL_EXPIRATION: z.optional(z.coerce.date()),
    AWS_PROFILE: z.optional(z.string()),
    /** Amazon's hosts that have IPv6 addresses, too, and those validated by FIPS 140. The SDK reads both by itself. */
    AWS_USE_DUALSTACK_ENDPOINT: z._default(z.stringbool(), false),
    AWS_USE_FIPS_ENDPOINT: z._default(z.stringbool(), false),
    /** Sign grants for Transfer Acceleration, which the bucket must have enabled. */
    WAYBILL_S3_ACCELERATE: z._default(z.stringbool(), false),
    /** The role that signs grants; the process's own credentials do when it is left out. */
    WAYBILL_SIGNING_ROLE_ARN: z.optional(RoleArn),
    /** The role whose sessions clients may get, each narrowed to its prefix; no credentials are given when it is left out. */
    WAYBILL_VENDING_ROLE_ARN: z.optional(RoleArn),
    /** An STS other than Amazon's in the Region. */
    WAYBILL_STS_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
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
