import { S3Client } from "@aws-sdk/client-s3";
import { createUploadTokens, type ApiDeps } from "@waybill/api";
import { bucketAddress, createRequestSigner } from "@waybill/core/s3";
import packageJson from "../package.json" with { type: "json" };
import type { Env } from "./env.ts";

/** Everything the API needs, made once per process. */
export function createDeps(env: Env): ApiDeps {
  const client = new S3Client({
    region: env.AWS_REGION,
    forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
    ...(env.WAYBILL_S3_ENDPOINT === undefined ? {} : { endpoint: env.WAYBILL_S3_ENDPOINT }),
    // Checksums are ours to ask for: many S3-compatible stores refuse those that the SDK adds by itself.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 20_000 },
  });
  const region = env.AWS_REGION;
  const now = () => new Date();
  const address = bucketAddress({
    bucket: env.WAYBILL_S3_BUCKET,
    region,
    endpoint: env.WAYBILL_S3_ENDPOINT,
    forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE,
  });
  const credentials = client.config.credentials; // the SDK caches and refreshes them
  return {
    store: { client, bucket: env.WAYBILL_S3_BUCKET },
    signer: createRequestSigner({ address, region, credentials, now }),
    tokens: createUploadTokens({ keys: env.WAYBILL_TOKEN_KEYS, now }),
    address,
    region,
    credentials,
    now,
    version: packageJson.version,
  };
}
