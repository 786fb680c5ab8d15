export {
  CORS_MAX_AGE_SECONDS,
  EXPOSED_DOOR_HEADERS,
  EXPOSED_OBJECT_HEADERS,
  PAGE_REQUEST_HEADERS,
} from "./browser-headers.ts";
export {
  checksumOfBytes,
  createChecksum,
  type ChecksumAlgorithm,
  type ChecksumDeps,
} from "./checksum/checksum.ts";
export {
  combineCrc,
  combineCrc64Nvme,
  combinePartCrcs,
  type ChecksummedRange,
} from "./checksum/combine-crc.ts";
export { compositeChecksum, compositeOf } from "./checksum/composite-checksum.ts";
export { createCrc64Nvme, createSmallCrc64Nvme, type RunningChecksum } from "./checksum/crc.ts";
export type { CrcAlgorithm } from "./checksum/crc-field.ts";
export { proofOf, type ObjectProof } from "./checksum/object-proof.ts";
export { algorithmOfPart, wholeCrc64Nvme } from "./checksum/whole-crc64-nvme.ts";
export { wholeMd5 } from "./checksum/whole-md5.ts";
export {
  importCloudFrontKey,
  newestCloudFrontKey,
  type CloudFrontHash,
  type CloudFrontKey,
} from "./cloudfront/cloudfront-key.ts";
export { createCookieSigner, type CookieSigner } from "./cloudfront/cloudfront-cookie-signer.ts";
export { createCloudFrontSigner } from "./cloudfront/cloudfront-signer.ts";
export type { CloudFrontPolicy } from "./cloudfront/cloudfront-policy.ts";
export { signCloudFrontCookies, type CookieScope } from "./cloudfront/sign-cloudfront-cookies.ts";
export { signCloudFrontUrl } from "./cloudfront/sign-cloudfront-url.ts";
export {
  importDoorKey,
  importDoorPublicKey,
  publicHalfOfDoorKey,
  type DoorKey,
  type DoorPublicKey,
} from "./doors/door-key.ts";
export { doorKeyText, keyOfDoorText } from "./doors/door-key-text.ts";
export type { DoorRequest, DoorRoute } from "./doors/door-request.ts";
export { createDoorSigner } from "./doors/door-signer.ts";
export { verifyDoorRequest, type DoorGrant, type DoorVerdict } from "./doors/verify-door-request.ts";
export { contentDisposition, fileNameOfContentDisposition } from "./keys/content-disposition.ts";
export { createPathClaims } from "./keys/create-path-claims.ts";
export { placeInFolder } from "./keys/place-in-folder.ts";
export { createFolderKey, FolderPlace, keyBelow, safeFolderPath } from "./keys/folder-place.ts";
export { createKeyId } from "./keys/key-id.ts";
export {
  createObjectKey,
  fileNameOfKey,
  keySegment,
  safeFileName,
  textOfKeySegment,
} from "./keys/object-key.ts";
export { LIMITS_PREFIX, OWN_RECORDS_PREFIX } from "./keys/own-records.ts";
export { UserMetadata } from "./keys/user-metadata.ts";
export { partRange, planUpload, type PartRange, type UploadPlan } from "./multipart/plan-upload.ts";
export { SINGLE_PUT_LIMIT_BYTES } from "./multipart/single-put-limit.ts";
export { partRequest } from "./multipart/part-request.ts";
export { parseEnvironment } from "./parse-environment.ts";
export { sleep } from "./sleep.ts";
export { chooseRoute, FIRST_ROUTE_REASON, plannedRoute, ROUTE_PATHS, ROUTES, type Load } from "./routes.ts";
export {
  createRequestSigner,
  type PutToSign,
  type RequestSigner,
  type RouteSigner,
} from "./s3/request-signer.ts";
export * from "./s3-limits.ts";
export * from "./schemas/auth.ts";
export * from "./schemas/collection.ts";
export * from "./schemas/cookies.ts";
export * from "./schemas/credentials.ts";
export * from "./schemas/deployment.ts";
export * from "./schemas/health.ts";
export * from "./schemas/lifecycle.ts";
export * from "./schemas/object.ts";
export * from "./schemas/request.ts";
export * from "./schemas/route.ts";
export * from "./schemas/share.ts";
export * from "./schemas/store-health.ts";
export * from "./schemas/upload.ts";
export type { RequestToSign } from "./sigv4/canonical-request.ts";
export { createCredentialCache, type TemporaryCredentials } from "./sigv4/credential-cache.ts";
export type { Credentials } from "./sigv4/credentials.ts";
export { unpackSignature } from "./sigv4/packed-signatures.ts";
export {
  presignPost,
  type FormToSign,
  type FormValue,
  type PresignPostOptions,
} from "./sigv4/presign-post.ts";
export { presignAll } from "./sigv4/presign-all.ts";
export { presign, type PresignOptions } from "./sigv4/presign.ts";
export { signRequest, type SignRequestOptions } from "./sigv4/sign-request.ts";
export { uriEncodeKey } from "./sigv4/uri-encode.ts";
export { isWaybillErrorCode, WaybillError, type WaybillErrorCode } from "./waybill-error.ts";
