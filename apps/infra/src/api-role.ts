import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge, allObjectsOf } from "./acknowledge.ts";

/** What `packages/core/src/s3` asks of the store, by the SDK, as the function itself. */
const OBJECT_ACTIONS = [
  "s3:PutObject", // begin and complete an upload, and what travels through the function
  "s3:GetObject", // describe an object
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];
const BUCKET_ACTIONS = [
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:GetLifecycleConfiguration", // tell whether collections are emptied
  "s3:GetBucketVersioning",
];

/** The API's function's own role. What it may assume is added by those whom it may assume. */
export function createApiRole(scope: Construct, files: Bucket): Role {
  const role = new Role(scope, "ApiRole", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: "The API of Waybill: describes, begins, completes and removes objects of its bucket.",
  });
  role.addToPolicy(new PolicyStatement({ actions: OBJECT_ACTIONS, resources: [files.arnForObjects("*")] }));
  role.addToPolicy(new PolicyStatement({ actions: BUCKET_ACTIONS, resources: [files.bucketArn] }));
  acknowledge(role, {
    [allObjectsOf(files)]:
      "Which object somebody may reach is decided by the rules of the collections, for one bucket.",
  });
  return role;
}
