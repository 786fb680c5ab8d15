import type { ConditionKeySpec } from "./condition-keys.ts";

const LISTS = ["ListBucket", "ListBucketVersions"];
const ACLS = ["CreateBucket", "PutBucketAcl", "PutObject", "PutObjectAcl", "PutObjectVersionAcl"];
const ENCRYPTION = ["PutObject", "ReplicateObject", "UpdateObjectEncryption"];
const REQUEST_TAGS = ["PutObject", "PutObjectTagging", "PutObjectVersionTagging"];
const RETENTION = ["PutObject", "PutObjectRetention"];

const EXISTING_TAGS = [
  "DeleteObjectTagging",
  "DeleteObjectVersionTagging",
  "GetObject",
  "GetObjectAcl",
  "GetObjectAttributes",
  "GetObjectTagging",
  "GetObjectVersion",
  "GetObjectVersionAcl",
  "GetObjectVersionAttributes",
  "GetObjectVersionTagging",
  "PutObjectAcl",
  "PutObjectTagging",
  "PutObjectVersionAcl",
  "PutObjectVersionTagging",
  "UpdateObjectEncryption",
];

const VERSIONS = [
  "DeleteObjectVersion",
  "DeleteObjectVersionTagging",
  "GetObjectVersion",
  "GetObjectVersionAcl",
  "GetObjectVersionAttributes",
  "GetObjectVersionTagging",
  "GetObjectVersionTorrent",
  "PutObjectVersionAcl",
  "PutObjectVersionTagging",
];

/**
 * The keys of S3, each with the actions that support it where not all do. Left out are those of access points and
 * access grants, batch jobs, annotations and replication, which are no part of this stand-in.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_s3.html
 */
export const S3_CONDITION_KEYS = {
  "s3:authType": {},
  "s3:BucketTag": { suffix: true },
  "s3:delimiter": { s3Actions: LISTS },
  "s3:ExistingObjectTag": { suffix: true, s3Actions: EXISTING_TAGS },
  "s3:if-match": { s3Actions: ["DeleteObject", "PutObject"] },
  "s3:if-none-match": { s3Actions: ["PutObject"] },
  "s3:LocationConstraint": { s3Actions: ["CreateBucket"] },
  "s3:max-keys": { s3Actions: LISTS },
  "s3:object-lock-legal-hold": { s3Actions: ["PutObject", "PutObjectLegalHold"] },
  "s3:object-lock-mode": { s3Actions: RETENTION },
  "s3:object-lock-remaining-retention-days": { s3Actions: RETENTION },
  "s3:object-lock-retain-until-date": { s3Actions: RETENTION },
  "s3:ObjectCreationOperation": { s3Actions: ["PutObject"] },
  "s3:prefix": { s3Actions: LISTS },
  "s3:RequestObjectTag": { suffix: true, s3Actions: REQUEST_TAGS },
  "s3:RequestObjectTagKeys": { multivalued: true, s3Actions: REQUEST_TAGS },
  "s3:ResourceAccount": {},
  "s3:signatureAge": {},
  "s3:signatureversion": {},
  "s3:TlsVersion": {},
  "s3:VersionId": { s3Actions: VERSIONS },
  "s3:x-amz-acl": { s3Actions: ACLS },
  "s3:x-amz-content-sha256": {},
  "s3:x-amz-copy-source": { s3Actions: ["PutObject"] },
  "s3:x-amz-grant-full-control": { s3Actions: ACLS },
  "s3:x-amz-grant-read": { s3Actions: ACLS },
  "s3:x-amz-grant-read-acp": { s3Actions: ACLS },
  "s3:x-amz-grant-write": { s3Actions: ACLS },
  "s3:x-amz-grant-write-acp": { s3Actions: ACLS },
  "s3:x-amz-metadata-directive": { s3Actions: ["PutObject"] },
  "s3:x-amz-object-ownership": { s3Actions: ["CreateBucket"] },
  "s3:x-amz-server-side-encryption": { s3Actions: ENCRYPTION },
  "s3:x-amz-server-side-encryption-aws-kms-key-id": { s3Actions: ENCRYPTION },
  "s3:x-amz-server-side-encryption-customer-algorithm": { s3Actions: ["PutObject", "ReplicateObject"] },
  "s3:x-amz-storage-class": { s3Actions: ["PutObject", "PutObjectAcl", "PutObjectVersionAcl"] },
  "s3:x-amz-website-redirect-location": { s3Actions: ["PutObject"] },
} as const satisfies Record<string, ConditionKeySpec>;
