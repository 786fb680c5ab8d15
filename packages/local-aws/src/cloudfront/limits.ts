/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const MAX_URL_BYTES = 8192;
/** Request line and headers. Source: as above. */
export const MAX_REQUEST_BYTES = 32_768;
/** Source: as above. */
export const MAX_BODY_BYTES = 64 * 1024 ** 3;
/** Of an S3 origin; it cannot be changed. Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html#RequestS3RequestTimeout */
export const ORIGIN_TIMEOUT_MS = 30_000;

export type EdgeEventType = "viewer-request" | "origin-request";

interface EdgeLimits {
  /** What a function sees of a body; the rest is cut off. */
  exposedBodyBytes: number;
  /** Of a body that takes the place of the request's, as text and as base64. */
  replacedTextBytes: number;
  replacedBase64Bytes: number;
  /** Of a generated response, with its headers. */
  responseBytes: number;
  /**
   * For viewers it was five seconds for years, and still is what a viewer should not wait longer than; the present
   * quota is thirty for both.
   */
  timeoutMs: number;
}

/**
 * Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
 */
export const EDGE_LIMITS: Record<EdgeEventType, EdgeLimits> = {
  "viewer-request": {
    exposedBodyBytes: 40 * 1024,
    replacedTextBytes: 40 * 1024,
    replacedBase64Bytes: Math.floor(53.2 * 1024),
    responseBytes: 40 * 1024,
    timeoutMs: 5000,
  },
  "origin-request": {
    exposedBodyBytes: 1024 ** 2,
    replacedTextBytes: 1024 ** 2,
    replacedBase64Bytes: Math.floor(1.33 * 1024 ** 2),
    responseBytes: 1024 ** 2,
    timeoutMs: 30_000,
  },
};
