/** What a page must be allowed to send with an upload or a download. */
export const REQUEST_HEADERS = [
  "content-type",
  "content-disposition",
  "content-md5",
  "if-none-match",
  "if-match",
  "range",
] as const;

/** What it must see of the answer: without an exposed ETag a page cannot collect the ETags of its parts. */
export const EXPOSED_HEADERS = [
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

export const CORS_MAX_AGE_SECONDS = 3000;
