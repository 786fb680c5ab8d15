import { S3Error } from "./s3-error.ts";

/**
 * What every answer about an object's bytes carries: S3 encrypts all objects with its own keys, asked or not.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
 */
export const ENCRYPTION_HEADERS = { "x-amz-server-side-encryption": "AES256" } as const;

/** @throws {S3Error} `NotImplemented` for other keys, `InvalidEncryptionAlgorithmError` */
export function checkEncryption(headers: ReadonlyMap<string, string>): void {
  const algorithm = headers.get("x-amz-server-side-encryption");
  if (algorithm === undefined || algorithm === "AES256") return;
  if (algorithm.startsWith("aws:")) {
    throw new S3Error("NotImplemented", {
      details: { Header: "x-amz-server-side-encryption" },
      logNote: `encryption with ${algorithm}`,
    });
  }
  throw new S3Error("InvalidEncryptionAlgorithmError");
}
