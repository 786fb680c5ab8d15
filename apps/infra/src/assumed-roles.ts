import { Duration } from "aws-cdk-lib";
import { PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge, allObjectsOf } from "./acknowledge.ts";
import { exceptOwnRecords } from "./own-records.ts";

/** A role that assumes another, as a function does, gets an hour of it at most, whatever is asked for. */
const LONGEST_SESSION = Duration.hours(1);

/**
 * The role that signs grants. It may do what a grant can say and nothing else, so that a signature which should not
 * have been made still deletes nothing and lists nothing.
 */
export function createSigningRole(scope: Construct, options: { files: Bucket; api: Role }): Role {
  return createAssumedRole(scope, "SigningRole", {
    ...options,
    description: "Signs Waybill's grants.",
    statements: [
      new PolicyStatement({
        actions: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        resources: [options.files.arnForObjects("*")],
      }),
    ],
    reason: "A grant names one key of the bucket, and which one is known only when it is signed.",
  });
}

/**
 * The role whose sessions clients get, each narrowed to its prefix by a session policy: what a session policy of
 * `packages/api/src/credentials/session-policy.ts` may grant.
 */
export function createVendingRole(scope: Construct, options: { files: Bucket; api: Role }): Role {
  const { files } = options;
  return createAssumedRole(scope, "VendingRole", {
    ...options,
    description: "Sessions of it, each with a session policy, are given to clients of Waybill.",
    statements: [
      new PolicyStatement({
        actions: [
          "s3:PutObject",
          "s3:PutObjectAcl",
          "s3:GetObject",
          "s3:DeleteObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ],
        resources: [files.arnForObjects("*")],
      }),
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [files.bucketArn] }),
    ],
    reason: "A session policy, without which no session is given away, leaves one prefix of it.",
  });
}

function createAssumedRole(
  scope: Construct,
  id: string,
  options: { files: Bucket; api: Role; description: string; statements: PolicyStatement[]; reason: string },
): Role {
  const { files, api, description, statements, reason } = options;
  const role = new Role(scope, id, { assumedBy: api, description, maxSessionDuration: LONGEST_SESSION });
  for (const statement of [...statements, exceptOwnRecords(files)]) role.addToPolicy(statement);
  role.grantAssumeRole(api);
  acknowledge(role, { [allObjectsOf(files)]: reason });
  return role;
}
