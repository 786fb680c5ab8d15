export { abortMultipartUpload } from "./abort-multipart-upload.ts";
export { assumeRole, type RoleSession } from "./assume-role.ts";
export { bucketAddress, type BucketAddress, type BucketAddressOptions } from "./bucket-address.ts";
export { completeMultipartUpload } from "./complete-multipart-upload.ts";
export { createMultipartUpload } from "./create-multipart-upload.ts";
export { deleteObject } from "./delete-object.ts";
export { hasVersions } from "./has-versions.ts";
export { headBucket } from "./head-bucket.ts";
export { findText } from "./find-text.ts";
export { findObject, headObject } from "./head-object.ts";
export { listLifecycleRules } from "./list-lifecycle-rules.ts";
export { listMultipartUploads, type UploadMarker } from "./list-multipart-uploads.ts";
export { listObjects } from "./list-objects.ts";
export { listParts } from "./list-parts.ts";
export { probeIntegrity } from "./probe-integrity.ts";
export {
  createRequestSigner,
  type PutToSign,
  type RequestSigner,
  type RouteSigner,
} from "./request-signer.ts";
export { putText } from "./put-text.ts";
export { createStoreSender, type SendToStore } from "./send-to-store.ts";
export { createSessionVendor, type NarrowSession } from "./session-vendor.ts";
export { createSigningRole, type SigningRoleOptions } from "./signing-role.ts";
export { createS3Client } from "./create-s3-client.ts";
export { createStsClient } from "./create-sts-client.ts";
export type { Store } from "./store.ts";
export { withPartSize } from "./with-part-size.ts";
export { createStoreClock, type StoreClock } from "./store-clock.ts";
export { talkToStore } from "./storage-error.ts";
export { sendByFetch, type Answer, type RequestWithBody, type Transport } from "./transport.ts";
