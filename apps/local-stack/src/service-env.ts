import * as z from "zod/mini";

/** What the stack tells its services, one variable each; parsed again in the process that reads it. */
export const AwsServiceEnv = z.object({
  WAYBILL_AWS_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_DATA_DIR: z.string(),
  WAYBILL_S3_BUCKET: z.string(),
  WAYBILL_SIGNING_ROLE: z.string(),
  WAYBILL_VENDING_ROLE: z.string(),
  WAYBILL_GATEWAY_ROLE: z.string(),
  WAYBILL_STREAM_ROLE: z.string(),
  AWS_REGION: z.string(),
  AWS_ACCESS_KEY_ID: z.string(),
  AWS_SECRET_ACCESS_KEY: z.string(),
});

export const GatewayServiceEnv = z.object({
  WAYBILL_GATEWAY_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_S3_BUCKET: z.string(),
  WAYBILL_S3_ENDPOINT: z.string(),
  WAYBILL_GATEWAY_ROLE_ARN: z.string(),
  AWS_REGION: z.string(),
  AWS_ACCESS_KEY_ID: z.string(),
  AWS_SECRET_ACCESS_KEY: z.string(),
});

/** `kid:base64[,kid:base64…]` */
const NamedKeys = z.pipe(
  z.string(),
  z.transform((text) => new Map(text.split(",").map((entry) => splitOnce(entry)))),
);

export const CloudFrontServiceEnv = z.object({
  WAYBILL_CLOUDFRONT_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_DATA_DIR: z.string(),
  WAYBILL_S3_BUCKET: z.string(),
  WAYBILL_S3_ENDPOINT: z.string(),
  AWS_REGION: z.string(),
  WAYBILL_DOOR_PUBLIC_KEYS: NamedKeys,
  WAYBILL_CLOUDFRONT_PUBLIC_KEYS: NamedKeys,
});

export const ApiServiceEnv = z.object({
  WAYBILL_API_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_OIDC_ISSUER: z.string(),
  WAYBILL_OIDC_AUDIENCE: z.string(),
});

export const StreamServiceEnv = z.object({
  WAYBILL_STREAM_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
});

export const OidcServiceEnv = z.object({
  WAYBILL_OIDC_PORT: z.coerce.number(),
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_DATA_DIR: z.string(),
  WAYBILL_OIDC_AUDIENCE: z.string(),
  WAYBILL_OIDC_TOKEN_SECONDS: z.coerce.number(),
  WAYBILL_OIDC_PAGE_CLIENT_ID: z.string(),
  WAYBILL_OIDC_PROGRAM_CLIENT_ID: z.string(),
  WAYBILL_WORKER_CLIENT_ID: z.string(),
  WAYBILL_WORKER_CLIENT_SECRET: z.string(),
  WAYBILL_WORKER_SCOPE: z.string(),
});

export const WebServiceEnv = z.object({
  WAYBILL_WEB_PORT: z.coerce.number(),
  WAYBILL_API_PORT: z.coerce.number(),
  WAYBILL_DEV: z._default(z.stringbool(), false),
});

function splitOnce(entry: string): [name: string, value: string] {
  const at = entry.indexOf(":");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
