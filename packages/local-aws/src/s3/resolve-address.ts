import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { percentDecode } from "./request-target.ts";
import { S3Error } from "./s3-error.ts";

/** Which bucket and key a request speaks of; an empty string where it names none. */
export interface Address {
  bucket: string;
  key: string;
}

/**
 * Read bucket and key from host and path, path-style or virtual-hosted.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 *
 * @param options.rawPath - still percent-encoded, so that `%2F` cannot end the bucket's name
 * @throws {S3Error} `InvalidURI`, `KeyTooLongError`
 */
export function resolveAddress(options: { host: string; rawPath: string }): Address {
  const hostBucket = bucketOfHost(options.host);
  if (hostBucket !== undefined) {
    return { bucket: hostBucket, key: decodeKey(options.rawPath.slice(1)) };
  }
  const slash = options.rawPath.indexOf("/", 1);
  if (slash < 0) return { bucket: percentDecode(options.rawPath.slice(1)), key: "" };
  return {
    bucket: percentDecode(options.rawPath.slice(1, slash)),
    key: decodeKey(options.rawPath.slice(slash + 1)),
  };
}

/** Whether the host names a bucket, so that all of the path is a key. */
export function hasBucketInHost(host: string): boolean {
  return bucketOfHost(host) !== undefined;
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const ofS3 = /^(.+?)\.s3[.-]/.exec(name)?.[1];
  if (ofS3 !== undefined) return ofS3;
  const ofLocalhost = /^(.+)\.localhost$/.exec(name)?.[1];
  return ofLocalhost === "s3" ? undefined : ofLocalhost;
}

function decodeKey(rawKey: string): string {
  const key = percentDecode(rawKey);
  checkKeyLength(key);
  return key;
}

/** @throws {S3Error} `KeyTooLongError` */
export function checkKeyLength(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes <= MAX_KEY_BYTES) return;
  throw new S3Error("KeyTooLongError", {
    details: { Size: String(sizeBytes), MaxSizeAllowed: String(MAX_KEY_BYTES) },
  });
}
