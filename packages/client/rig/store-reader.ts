import { S3Client } from "@aws-sdk/client-s3";
import type { LocalAws } from "@waybill/local-aws";

/** Straight to the store, past whatever is put into the way to it. */
export function storeReader({
  endpoint,
  region,
  credentials,
}: Pick<LocalAws, "endpoint" | "region" | "credentials">): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
