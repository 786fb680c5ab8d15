import { readBody } from "../body/read-body.ts";
import { checkBucketName } from "../bucket-name.ts";
import type { S3Operation } from "../operation.ts";
import { checkExpectedOwner } from "../owner.ts";
import { S3Error } from "../s3-error.ts";
import { childText, parseXml } from "../xml/parse-xml.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: S3Operation = {
  name: "CreateBucket",
  actions: () => ["s3:CreateBucket"],
  headers: ["x-amz-acl", "x-amz-object-ownership"],
  takesBody: true,
  async run({ request, store, region, clock }) {
    checkBucketName(request.bucket);
    checkExpectedOwner(request.headers, "x-amz-expected-bucket-owner");
    checkOwnership(request.headers);
    const { bytes } = await readBody({ ...request, maxBytes: MAX_BODY_BYTES });
    checkLocation(bytes, region);
    const isNew = store.buckets.create(request.bucket, clock());
    // For old times' sake, us-east-1 alone answers 200 to the owner of the bucket.
    if (!isNew && region !== "us-east-1") throw new S3Error("BucketAlreadyOwnedByYou");
    return { status: 200, headers: { location: `/${request.bucket}` } };
  },
};

/** @throws {S3Error} `InvalidBucketAclWithObjectOwnership`, `NotImplemented` */
function checkOwnership(headers: ReadonlyMap<string, string>): void {
  const ownership = headers.get("x-amz-object-ownership") ?? "BucketOwnerEnforced";
  if (ownership !== "BucketOwnerEnforced") {
    throw new S3Error("NotImplemented", {
      details: { Header: "x-amz-object-ownership" },
      logNote: `x-amz-object-ownership: ${ownership}`,
    });
  }
  const acl = headers.get("x-amz-acl") ?? "private";
  if (acl !== "private") throw new S3Error("InvalidBucketAclWithObjectOwnership");
}

/**
 * @param body - empty where the client leaves the choice to S3
 * @throws {S3Error} `InvalidLocationConstraint` for what is no region, or the one that is never named;
 *   `IllegalLocationConstraintException` for another region
 */
function checkLocation(body: Buffer, region: string): void {
  const location =
    body.length === 0
      ? undefined
      : childText(parseXml(body, "CreateBucketConfiguration"), "LocationConstraint");
  const expected = region === "us-east-1" ? undefined : region; // which has no constraint of its own
  if (location === expected) return;
  if (location !== undefined && (location === "us-east-1" || !REGION.test(location))) {
    throw new S3Error("InvalidLocationConstraint", { details: { LocationConstraint: location } });
  }
  throw new S3Error("IllegalLocationConstraintException", {
    message: `The ${location ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
}

const REGION = /^([a-z]{2}(-[a-z]+)+-\d|EU)$/;
