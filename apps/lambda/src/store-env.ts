import * as z from "zod/mini";

export const RoleArn = z.string().check(z.regex(/^arn:aws[\w-]*:iam::\S+$/, "is no ARN of a role"));

/** The store, and who this process is to it. */
export const StoreEnv = {
  /** The bucket that holds everything. */
  WAYBILL_S3_BUCKET: z.string().check(z.minLength(3)),
  /** An S3-compatible server; Amazon when left out. */
  WAYBILL_S3_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
  WAYBILL_S3_FORCE_PATH_STYLE: z._default(z.stringbool(), false),
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
  /** The role that signs; the process's own credentials do when it is left out. */
  WAYBILL_SIGNING_ROLE_ARN: z.optional(RoleArn),
  /** An STS other than Amazon's in the Region. */
  WAYBILL_STS_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
};
export type StoreEnv = z.infer<z.ZodMiniObject<typeof StoreEnv>>;
