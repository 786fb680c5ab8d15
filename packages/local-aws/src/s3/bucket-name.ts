import { S3Error } from "./s3-error.ts";

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * @throws {S3Error} `InvalidBucketName`
 */
export function checkBucketName(name: string): void {
  const hasAllowedForm = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  const looksLikeAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  const isReserved = PREFIXES.test(name) || SUFFIXES.test(name);
  if (hasAllowedForm && !name.includes("..") && !looksLikeAddress && !isReserved) return;
  throw new S3Error("InvalidBucketName", { details: { BucketName: name } });
}

/** What S3 keeps for itself. */
const PREFIXES = /^(xn--|sthree-|amzn-s3-demo-)/;
const SUFFIXES = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
