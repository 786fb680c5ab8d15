import { WaybillError, type CollectionAction } from "@waybill/core";

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_POLICY_CHARACTERS = 2048;

/** They give nothing to anybody but the bucket's owner, who has everything anyway. */
const HARMLESS_ACLS = ["private", "bucket-owner-full-control"];

/** What each action comes to in S3, on the objects below the prefix. */
const OBJECT_ACTIONS = {
  create: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
  read: ["s3:GetObject"],
  list: [],
  delete: ["s3:DeleteObject"],
} as const satisfies Record<CollectionAction, readonly string[]>;

/**
 * The policy of a session that may do these things to the objects of one prefix, and nothing else.
 *
 * Where nothing may be replaced, a request that creates an object has to say `If-None-Match: *`; CreateMultipartUpload and
 * UploadPart, which create none, need not.
 *
 * @param options.prefix - of `A-Z a-z 0-9 - _ ~ /`, so that nothing in it is a wildcard or a variable
 * @throws {WaybillError} `ROUTE_UNAVAILABLE` when it would be longer than STS takes
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function sessionPolicy(options: {
  bucketArn: string;
  prefix: string;
  actions: readonly CollectionAction[];
  overwrite: boolean;
}): string {
  const { bucketArn, prefix, actions, overwrite } = options;
  const objects = `${bucketArn}/${prefix}*`;
  const objectActions = actions.flatMap((action) => OBJECT_ACTIONS[action]);
  const statements = [
    ...(objectActions.length === 0 ? [] : [{ Effect: "Allow", Action: objectActions, Resource: objects }]),
    ...(actions.includes("list")
      ? [
          {
            Effect: "Allow",
            Action: "s3:ListBucket",
            Resource: bucketArn,
            Condition: { StringLike: { "s3:prefix": `${prefix}*` } },
          },
        ]
      : []),
    // Some clients, older rclone among them, name an access list with every object.
    ...(actions.includes("create")
      ? [
          {
            Effect: "Allow",
            Action: "s3:PutObjectAcl",
            Resource: objects,
            Condition: { StringEquals: { "s3:x-amz-acl": HARMLESS_ACLS } },
          },
        ]
      : []),
    ...(actions.includes("create") && !overwrite
      ? [
          {
            Effect: "Deny",
            Action: "s3:PutObject",
            Resource: objects,
            Condition: {
              Null: { "s3:if-none-match": "true" },
              Bool: { "s3:ObjectCreationOperation": "true" },
            },
          },
        ]
      : []),
  ];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  if (policy.length <= MAX_POLICY_CHARACTERS) return policy;
  throw new WaybillError("ROUTE_UNAVAILABLE", "The owner's name is too long for credentials.");
}
