import { S3Error } from "./s3-error.ts";

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * @throws {S3Error} `InvalidBucketName`
 */
export function checkBucketName(name: string): void {
  const hasAllowedForm = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  const looksLikeAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (hasAllowedForm && !name.includes("..") && !looksLikeAddress) return;
  throw new S3Error("InvalidBucketName", { details: { BucketName: name } });
}
