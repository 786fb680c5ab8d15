import type { S3Operation } from "./operation.ts";
import { abortMultipartUpload } from "./operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createBucket } from "./operations/create-bucket.ts";
import { createMultipartUpload } from "./operations/create-multipart-upload.ts";
import { deleteBucketPolicy } from "./operations/access/delete-bucket-policy.ts";
import { deletePublicAccessBlock } from "./operations/access/delete-public-access-block.ts";
import { getBucketPolicyStatus } from "./operations/access/get-bucket-policy-status.ts";
import { getBucketPolicy } from "./operations/access/get-bucket-policy.ts";
import { getPublicAccessBlock } from "./operations/access/get-public-access-block.ts";
import { putBucketPolicy } from "./operations/access/put-bucket-policy.ts";
import { putPublicAccessBlock } from "./operations/access/put-public-access-block.ts";
import { getBucketAcl, getObjectAcl } from "./operations/acl/get-acl.ts";
import { getBucketOwnershipControls } from "./operations/acl/get-bucket-ownership-controls.ts";
import { putBucketAcl, putObjectAcl } from "./operations/acl/put-acl.ts";
import { deleteBucket } from "./operations/delete-bucket.ts";
import { deleteBucketCors } from "./operations/delete-bucket-cors.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { deleteObjects } from "./operations/delete-objects.ts";
import { getBucketCors } from "./operations/get-bucket-cors.ts";
import { getBucketEncryption } from "./operations/get-bucket-encryption.ts";
import { getBucketLocation } from "./operations/get-bucket-location.ts";
import { getObjectAttributes } from "./operations/get-object-attributes.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { deleteBucketLifecycle } from "./operations/lifecycle/delete-bucket-lifecycle.ts";
import { getBucketLifecycleConfiguration } from "./operations/lifecycle/get-bucket-lifecycle-configuration.ts";
import { putBucketLifecycleConfiguration } from "./operations/lifecycle/put-bucket-lifecycle-configuration.ts";
import { listBuckets } from "./operations/list-buckets.ts";
import { listMultipartUploads } from "./operations/list-multipart-uploads.ts";
import { listObjects } from "./operations/list-objects.ts";
import { listObjectsV2 } from "./operations/list-objects-v2.ts";
import { listParts } from "./operations/list-parts.ts";
import { getBucketNotificationConfiguration } from "./operations/notifications/get-bucket-notification-configuration.ts";
import { putBucketNotificationConfiguration } from "./operations/notifications/put-bucket-notification-configuration.ts";
import { putBucketCors } from "./operations/put-bucket-cors.ts";
import { putObject } from "./operations/put-object.ts";
import { deleteBucketTagging } from "./operations/tagging/delete-bucket-tagging.ts";
import { deleteObjectTagging } from "./operations/tagging/delete-object-tagging.ts";
import { getBucketTagging } from "./operations/tagging/get-bucket-tagging.ts";
import { getObjectTagging } from "./operations/tagging/get-object-tagging.ts";
import { putBucketTagging } from "./operations/tagging/put-bucket-tagging.ts";
import { putObjectTagging } from "./operations/tagging/put-object-tagging.ts";
import { uploadPartCopy } from "./operations/upload-part-copy.ts";
import { uploadPart } from "./operations/upload-part.ts";
import { getBucketVersioning } from "./operations/versioning/get-bucket-versioning.ts";
import { listObjectVersions } from "./operations/versioning/list-object-versions.ts";
import { putBucketVersioning } from "./operations/versioning/put-bucket-versioning.ts";

/** What an address names. */
export type Target = "service" | "bucket" | "object";

export interface Route {
  method: string;
  target: Target;
  /** Query parameters that must be there for this operation to be meant. */
  selectors: readonly string[];
  /** A header that must be there, too. */
  header?: string;
  operation: S3Operation;
}

export const ROUTES: readonly Route[] = [
  { method: "GET", target: "service", selectors: [], operation: listBuckets },
  { method: "PUT", target: "bucket", selectors: [], operation: createBucket },
  { method: "DELETE", target: "bucket", selectors: [], operation: deleteBucket },
  { method: "HEAD", target: "bucket", selectors: [], operation: headBucket },
  { method: "GET", target: "bucket", selectors: ["location"], operation: getBucketLocation },
  { method: "GET", target: "bucket", selectors: ["encryption"], operation: getBucketEncryption },
  {
    method: "GET",
    target: "bucket",
    selectors: ["ownershipControls"],
    operation: getBucketOwnershipControls,
  },
  { method: "GET", target: "bucket", selectors: ["acl"], operation: getBucketAcl },
  { method: "PUT", target: "bucket", selectors: ["acl"], operation: putBucketAcl },
  { method: "GET", target: "bucket", selectors: ["tagging"], operation: getBucketTagging },
  { method: "PUT", target: "bucket", selectors: ["tagging"], operation: putBucketTagging },
  { method: "DELETE", target: "bucket", selectors: ["tagging"], operation: deleteBucketTagging },
  { method: "GET", target: "bucket", selectors: ["versioning"], operation: getBucketVersioning },
  { method: "PUT", target: "bucket", selectors: ["versioning"], operation: putBucketVersioning },
  { method: "PUT", target: "bucket", selectors: ["cors"], operation: putBucketCors },
  { method: "GET", target: "bucket", selectors: ["cors"], operation: getBucketCors },
  { method: "DELETE", target: "bucket", selectors: ["cors"], operation: deleteBucketCors },
  { method: "GET", target: "bucket", selectors: ["policy"], operation: getBucketPolicy },
  { method: "PUT", target: "bucket", selectors: ["policy"], operation: putBucketPolicy },
  { method: "DELETE", target: "bucket", selectors: ["policy"], operation: deleteBucketPolicy },
  { method: "GET", target: "bucket", selectors: ["policyStatus"], operation: getBucketPolicyStatus },
  { method: "GET", target: "bucket", selectors: ["publicAccessBlock"], operation: getPublicAccessBlock },
  { method: "PUT", target: "bucket", selectors: ["publicAccessBlock"], operation: putPublicAccessBlock },
  {
    method: "DELETE",
    target: "bucket",
    selectors: ["publicAccessBlock"],
    operation: deletePublicAccessBlock,
  },
  { method: "PUT", target: "bucket", selectors: ["lifecycle"], operation: putBucketLifecycleConfiguration },
  { method: "GET", target: "bucket", selectors: ["lifecycle"], operation: getBucketLifecycleConfiguration },
  { method: "DELETE", target: "bucket", selectors: ["lifecycle"], operation: deleteBucketLifecycle },
  {
    method: "PUT",
    target: "bucket",
    selectors: ["notification"],
    operation: putBucketNotificationConfiguration,
  },
  {
    method: "GET",
    target: "bucket",
    selectors: ["notification"],
    operation: getBucketNotificationConfiguration,
  },
  { method: "POST", target: "bucket", selectors: ["delete"], operation: deleteObjects },
  { method: "GET", target: "bucket", selectors: [], operation: listObjects },
  { method: "GET", target: "bucket", selectors: ["list-type"], operation: listObjectsV2 },
  { method: "GET", target: "bucket", selectors: ["versions"], operation: listObjectVersions },
  { method: "GET", target: "bucket", selectors: ["uploads"], operation: listMultipartUploads },
  { method: "PUT", target: "object", selectors: [], operation: putObject },
  { method: "PUT", target: "object", selectors: [], header: "x-amz-copy-source", operation: copyObject },
  { method: "GET", target: "object", selectors: [], operation: getObject },
  { method: "HEAD", target: "object", selectors: [], operation: headObject },
  { method: "DELETE", target: "object", selectors: [], operation: deleteObject },
  { method: "GET", target: "object", selectors: ["attributes"], operation: getObjectAttributes },
  { method: "GET", target: "object", selectors: ["acl"], operation: getObjectAcl },
  { method: "PUT", target: "object", selectors: ["acl"], operation: putObjectAcl },
  { method: "GET", target: "object", selectors: ["tagging"], operation: getObjectTagging },
  { method: "PUT", target: "object", selectors: ["tagging"], operation: putObjectTagging },
  { method: "DELETE", target: "object", selectors: ["tagging"], operation: deleteObjectTagging },
  { method: "POST", target: "object", selectors: ["uploads"], operation: createMultipartUpload },
  { method: "PUT", target: "object", selectors: ["partNumber", "uploadId"], operation: uploadPart },
  {
    method: "PUT",
    target: "object",
    selectors: ["partNumber", "uploadId"],
    header: "x-amz-copy-source",
    operation: uploadPartCopy,
  },
  { method: "GET", target: "object", selectors: ["uploadId"], operation: listParts },
  { method: "POST", target: "object", selectors: ["uploadId"], operation: completeMultipartUpload },
  { method: "DELETE", target: "object", selectors: ["uploadId"], operation: abortMultipartUpload },
];
