import { describe, expect, it } from "vitest";
import { checkBucketResources } from "./bucket-policy.ts";
import { parsePolicy, PolicyError } from "./parse-policy.ts";

const BUCKET = "arn:aws:s3:::bucket";
const OBJECTS = "arn:aws:s3:::bucket/*";

/** What S3 says to a bucket policy with one statement. */
function answerTo(statement: Record<string, unknown>, bucket = "bucket"): string {
  const json = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Deny", Principal: "*", ...statement },
  });
  try {
    checkBucketResources(parsePolicy(json, "resource"), bucket);
    return "accepted";
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
}

describe("the actions of a bucket policy", () => {
  it.each(["*", "s3:*", "S3:GETOBJECT", "s3:*Object*", "s3:Get*", ["s3:GetObject", "s3:PutObject"]])(
    "may be %j",
    (action) => {
      expect(answerTo({ Action: action, Resource: OBJECTS })).toBe("accepted");
    },
  );

  it.each([
    "s3:GetObjekt",
    "s3:PutObject?",
    "s3:????",
    "s3",
    "s4:GetObject",
    "sts:AssumeRole",
    "kms:*",
    "s3:Put-Object",
  ])("have to be S3's: %s", (action) => {
    expect(answerTo({ Action: action, Resource: OBJECTS })).toBe("Policy has invalid action");
    expect(answerTo({ NotAction: action, Resource: OBJECTS })).toBe("Policy has invalid action");
  });

  it.each([
    ["s3:GetObject", BUCKET],
    ["s3:Abort*", BUCKET],
    [["s3:ListBucket", "s3:GetObject"], BUCKET],
    ["s3:ListBucket", OBJECTS],
    ["s3:GetBucket*", OBJECTS],
    [["s3:ListBucket", "s3:GetObject"], OBJECTS],
    ["s3:ListAllMyBuckets", [BUCKET, OBJECTS]],
  ])("have to apply to a resource: %j does not to %j", (action, resource) => {
    expect(answerTo({ Action: action, Resource: resource })).toBe(
      "Action does not apply to any resource(s) in statement",
    );
  });

  it.each([
    [
      ["s3:ListBucket", "s3:GetObject"],
      [BUCKET, OBJECTS],
    ],
    [["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::bucket*"],
    ["s3:List*", OBJECTS], // with s3:ListMultipartUploadParts
    ["s3:*", BUCKET],
  ])("apply where they can: %j to %j", (action, resource) => {
    expect(answerTo({ Action: action, Resource: resource })).toBe("accepted");
  });

  it("are not looked at that way in NotAction, nor resources in NotResource", () => {
    expect(answerTo({ NotAction: "s3:ListBucket", Resource: OBJECTS })).toBe("accepted");
    expect(answerTo({ Action: ["s3:ListBucket", "s3:GetObject"], NotResource: OBJECTS })).toBe("accepted");
  });
});

describe("the conditions of a bucket policy", () => {
  const prefix = { StringLike: { "s3:prefix": "home/*" } };
  const acl = { StringEquals: { "S3:X-AMZ-ACL": "public-read" } };

  it.each([
    ["s3:ListBucket", BUCKET, prefix],
    ["s3:*", BUCKET, prefix],
    ["s3:PutObject", OBJECTS, acl],
    ["s3:Put*", OBJECTS, acl],
    [["s3:GetObject", "s3:PutObject"], OBJECTS, { Bool: { "aws:SecureTransport": "false" } }],
    ["s3:GetObject", OBJECTS, { NumericGreaterThan: { "s3:signatureAge": 600000 } }],
    [
      "s3:PutObject",
      OBJECTS,
      { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    ],
  ])("apply to %j on %j: %j", (action, resource, condition) => {
    expect(answerTo({ Action: action, Resource: resource, Condition: condition })).toBe("accepted");
  });

  it.each([
    ["s3:GetObject", OBJECTS, prefix],
    [["s3:ListBucket", "s3:GetObject"], [BUCKET, OBJECTS], prefix],
    [["s3:ListBucket", "s3:GetBucketLocation"], BUCKET, prefix],
    ["s3:*", OBJECTS, prefix], // what would list is not about objects
    ["s3:GetObject", OBJECTS, acl],
  ])("have to apply to all actions: on %j %j %j does not", (action, resource, condition) => {
    expect(answerTo({ Action: action, Resource: resource, Condition: condition })).toBe(
      "Conditions do not apply to combination of actions and resources in statement",
    );
  });

  it("know nothing of STS", () => {
    const condition = { StringEquals: { "sts:ExternalId": "x" } };
    expect(answerTo({ Action: "s3:*", Resource: OBJECTS, Condition: condition })).toBe(
      "Policy has an invalid condition key",
    );
  });
});

describe("the resources of a bucket policy", () => {
  it.each([
    BUCKET,
    OBJECTS,
    "arn:aws:s3:::bucket/a/*.jpg",
    "arn:aws:s3:::buck*",
    "arn:aws:s3:::bucke?/x",
    "arn:aws:s3:::*",
  ])("may be %s", (resource) => {
    expect(answerTo({ Action: "s3:*", Resource: resource })).toBe("accepted");
  });

  it.each([
    "*",
    "",
    "bucket/*",
    "arn:aws:s3:::",
    "arn:aws:s3:::/bucket",
    "arn:aws:s3:::other/*",
    "arn:aws:s3:::prefix-bucket",
    "arn:aws:s3:::bucket2/*",
    "arn:aws:s3::bucket/*",
    "arn:aws:s3:us-east-1::bucket/*",
    "arn:aws:s3:*:*:bucket/*",
    "arn:*:s3:::bucket/*",
    "arn:aws:iam:::bucket",
    "arn:aws:s3:::${aws:userid}/*",
  ])("have to be the bucket and its objects: %s is not", (resource) => {
    expect(answerTo({ Action: "s3:*", Resource: resource })).toBe("Policy has invalid resource");
    expect(answerTo({ Action: "s3:*", NotResource: [resource] })).toBe("Policy has invalid resource");
  });
});
