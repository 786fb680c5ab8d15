/*
 * What the stand-ins do not know. Everything here is refused, mostly with 501 NotImplemented:
 *
 * S3
 * - chunked payloads (`x-amz-content-sha256: STREAMING-…`) on presigned URLs and other operations than
 *   PutObject and UploadPart
 * - in forms, `x-amz-website-redirect-location`, `x-amz-tagging` and a signature in a header
 * - Object Lock, MFA Delete, encryption with keys of KMS or the client's own, Object Ownership other than
 *   "bucket owner enforced", storage classes of the archive, directory buckets
 * - transitions of lifecycle rules, notifications to anything but SQS, and of events that never happen here or are
 *   not told, such as those of replication and expiration
 * - checksums other than CRC64NVME, CRC32, CRC32C, SHA1, SHA256
 * - Signature Version 4A and Version 2
 *
 * Identities
 * - more than one account, users, groups, permissions boundaries
 * - of STS all but AssumeRole (without PolicyArns and MFA), GetCallerIdentity and GetSessionToken
 *
 * SQS
 * - FIFO queues, encryption, RedriveAllowPolicy, tags, moving messages back, and permissions of a queue's policy but
 *   for S3, which is asked when notifications are put
 *
 * HTTP API
 * - routes other than `$default`, path parameters, stage variables, Lambda and IAM authorizers,
 *   payload format 1.0, throttling
 *
 * Function URL
 * - auth type AWS_IAM, invoke mode BUFFERED, and the 2 MB a second beyond the first 6 MB
 *
 * REST API
 * - of OpenAPI and API Gateway's extensions all but what src/rest-api/openapi-document.ts lists: integrations other than
 *   of S3 and mocks of a status, templates, greedy path parameters, models, stage variables, API keys, usage plans,
 *   caching of answers, throttling; authorizers other than of the type REQUEST
 *
 * CloudFront
 * - a cache: every answer is a miss; compression, origins other than buckets of S3 with their REST names, origin groups,
 *   headers that an origin adds, CloudFront Functions, events of responses, error pages, root objects, geographic
 *   restrictions, WAF, TLS, IPv6, and of response headers policies all but CORS and security headers
 *
 * The OpenID provider
 * - passwords, registration, userinfo, introspection, request objects, PAR, DPoP, grants other than those of
 *   codes, devices, refresh tokens and client credentials
 *
 * What runs one stand-in alone takes it from its own entry, such as `@waybill/local-aws/rest-api`: all of them take
 * three times as long to load.
 */
export { type CloudFront, type CloudFrontOptions, createCloudFront } from "./cloudfront/create-cloudfront.ts";
export type { EdgeFunctions, EdgeHandler } from "./cloudfront/edge/edge-function.ts";
export { installAwsLambdaGlobal } from "./function-url/aws-lambda-global.ts";
export {
  createFunctionUrl,
  type FunctionUrl,
  type FunctionUrlOptions,
} from "./function-url/create-function-url.ts";
export type { HttpApiCors } from "./http-api/http-api-cors.ts";
export { createHttpApi, type HttpApi, type HttpApiOptions } from "./http-api/create-http-api.ts";
export type { JwtAuthorization, JwtAuthorizerOptions } from "./http-api/jwt-authorizer.ts";
export { createRestApi, type RestApi, type RestApiOptions } from "./rest-api/create-rest-api.ts";
export { createOidcIssuer, type OidcIssuer } from "./oidc/create-oidc-issuer.ts";
export type { OidcClient, OidcIssuerOptions, OidcUser } from "./oidc/oidc-options.ts";
export { createLocalAws, type LocalAws, type LocalAwsOptions } from "./create-local-aws.ts";
export type { InjectedFault } from "./faults/active-fault.ts";
export type { Faults } from "./faults/create-faults.ts";
export { Fault, FaultAction, FaultList, FaultMatch, FaultReport } from "./faults/fault.ts";
export type { BucketOptions, NotificationOptions, QueueOptions } from "./open-state.ts";
export type { ChecksumSupport } from "./s3/checksums/checksum-support.ts";
export type { LifecycleRuleOptions } from "./s3/lifecycle/set-lifecycle.ts";
export { browserCorsRules, type CorsRule } from "./s3/cors/cors-rule.ts";
export type { AccountCredentials, Credentials } from "./identity/credentials.ts";
export type { PolicySource, RoleOptions } from "./identity/role.ts";
