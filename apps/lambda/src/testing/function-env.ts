import type { DoorKeys } from "./door-keys.ts";
import type { StoreBehind } from "./open-rest-api.ts";

/** The environment of the functions, which they read when they are loaded: one for each process. */
export function setFunctionEnv(
  { bucket, region, endpoint, credentials }: StoreBehind,
  keys: DoorKeys,
  further: Record<string, string>,
): void {
  Object.assign(process.env, {
    WAYBILL_S3_BUCKET: bucket,
    WAYBILL_S3_ENDPOINT: endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
    WAYBILL_DOOR_KEYS: keys.secretText,
    ...further,
  });
}
