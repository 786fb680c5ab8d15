/*
 * What the stand-ins do not know. Everything here is refused, mostly with 501 NotImplemented:
 *
 * S3
 * - chunked payloads (`x-amz-content-sha256: STREAMING-…`) on presigned URLs and other operations than
 *   PutObject and UploadPart, POST uploads with a policy
 * - UploadPartCopy, versions in CopyObject and DeleteObjects, GetObjectAttributes, tagging, ACLs, DeleteBucket,
 *   ListObjects (version 1), `partNumber` and `versionId` on GET and HEAD, several ranges at once
 * - versioning, lifecycle, notifications, encryption, storage classes other than STANDARD,
 *   Object Lock, policies, public access, more than one account
 * - checksums other than CRC64NVME, CRC32, CRC32C, SHA1, SHA256
 * - Signature Version 4A and Version 2
 *
 * HTTP API
 * - routes other than `$default`, path parameters, stage variables, Lambda and IAM authorizers,
 *   credentials in CORS, payload format 1.0, throttling
 */
export type { HttpApiCors } from "./http-api/http-api-cors.ts";
export {
  createHttpApi,
  type HttpApi,
  type HttpApiOptions,
  type JwtAuthorization,
} from "./http-api/create-http-api.ts";
export { createLocalAws, type LocalAws, type LocalAwsOptions } from "./create-local-aws.ts";
export { browserCorsRules, type CorsRule } from "./s3/cors/cors-rule.ts";
export type { Credentials } from "./s3/sigv4/authenticate.ts";
