import { WaybillError, type CollectionAction } from "@waybill/core";

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_POLICY_CHARACTERS = 2048;

/** They give nothing to anybody but the bucket's owner, who has everything anyway. */
const HARMLESS_ACLS = ["private", "bucket-owner-full-control"];

/** What each action comes to in S3, on the objects below the prefix. */
const OBJECT_ACTIONS = {
  create: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], // and PutObject, as far as may be replaced
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
  const onObjects = actions.flatMap((action) => OBJECT_ACTIONS[action]);
  const statements = [
    ...(onObjects.length === 0 ? [] : [allow(onObjects, objects)]),
    ...(actions.includes("create") ? (overwrite ? replacing(objects) : creatingOnly(objects)) : []),
    ...(actions.includes("list")
      ? [allow("s3:ListBucket", bucketArn, { StringLike: { "s3:prefix": `${prefix}*` } })]
      : []),
  ];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  if (policy.length <= MAX_POLICY_CHARACTERS) return policy;
  throw ownerTooLong();
}

export function ownerTooLong(cause?: unknown): WaybillError {
  return new WaybillError("ROUTE_UNAVAILABLE", "The owner's name is too long for credentials.", { cause });
}

function replacing(objects: string) {
  return [
    allow("s3:PutObject", objects),
    // Some clients, older rclone among them, name an access list with every object.
    allow("s3:PutObjectAcl", objects, { StringEquals: { "s3:x-amz-acl": HARMLESS_ACLS } }),
  ];
}

/** What is allowed is named, and not what is denied: a store that does not know these keys then refuses all. */
function creatingOnly(objects: string) {
  return [
    allow("s3:PutObject", objects, { Null: { "s3:if-none-match": "false" } }),
    allow("s3:PutObject", objects, { Bool: { "s3:ObjectCreationOperation": "false" } }),
  ];
}

function allow(action: string | readonly string[], resource: string, condition?: object) {
  return {
    Effect: "Allow",
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}
