import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";

/**
 * The client of a store, which loads the SDK.
 *
 * @param options - what is to be otherwise than here
 */
export async function createS3Client(options: S3ClientConfig): Promise<S3Client> {
  const { S3Client } = await import("./s3-sdk.ts");
  return new S3Client({
    // Checksums are ours to ask for: many S3-compatible stores refuse those that the SDK adds by itself.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    // Without the last of these the SDK only warns, and waits for ever.
    requestHandler: { connectionTimeout: 3000, requestTimeout: 8000, throwOnRequestTimeout: true },
    ...options,
  });
}
