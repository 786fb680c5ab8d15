/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
export interface CorsRule {
  id?: string;
  /** Each may hold one `*`. */
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  /** Each may hold one `*`. */
  allowedHeaders?: readonly string[];
  exposeHeaders?: readonly string[];
  maxAgeSeconds?: number;
}

export const CORS_METHODS: readonly string[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/**
 * One rule that lets a web page at these origins do all that a browser upload or download needs.
 * Without an exposed ETag a page cannot collect the ETags of its parts.
 */
export function browserCorsRules(origins: readonly string[]): CorsRule[] {
  return [
    {
      allowedOrigins: origins,
      allowedMethods: CORS_METHODS,
      allowedHeaders: [
        "content-type",
        "content-disposition",
        "content-md5",
        "if-none-match",
        "if-match",
        "range",
        "x-amz-*",
      ],
      exposeHeaders: [
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
      ],
      maxAgeSeconds: 3000,
    },
  ];
}
