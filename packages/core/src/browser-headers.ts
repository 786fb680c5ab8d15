/*
 * What pages send with uploads and downloads, and have to see of the answers: for CORS rules of the store, and of whatever
 * stands before it.
 */

/** Besides those that begin with `x-amz-`. */
export const PAGE_REQUEST_HEADERS = [
  "content-type",
  "content-disposition",
  "content-md5",
  "if-none-match",
  "if-match",
  "range",
] as const;

/** In S3's own writing. Without an exposed ETag a page cannot collect the ETags of its parts. */
export const EXPOSED_OBJECT_HEADERS = [
  "ETag",
  "x-amz-checksum-crc32",
  "x-amz-checksum-crc32c",
  "x-amz-checksum-crc64nvme",
  "x-amz-checksum-sha1",
  "x-amz-checksum-sha256",
  "x-amz-checksum-type",
  "x-amz-version-id",
  "x-amz-request-id",
  "Content-Range",
  "Accept-Ranges",
  "Content-Disposition",
] as const;

/** By doors of our own, which pass on little else. */
export const EXPOSED_DOOR_HEADERS = [
  "content-range",
  "etag",
  "retry-after",
  "x-amz-checksum-crc64nvme",
] as const;

/** How long a browser may keep what the store says of this. */
export const CORS_MAX_AGE_SECONDS = 3000;
