import { checkBucketResources } from "../../../policy/bucket-policy.ts";
import { parsePolicy, PolicyError } from "../../../policy/parse-policy.ts";
import { publicAccessBlock } from "../../access/public-access-block.ts";
import { isPublicPolicy } from "../../access/public-policy.ts";
import { requireOwner } from "../../access/require-owner.ts";
import { publicPolicyDenied } from "../../access/access-denied.ts";
import { readBody } from "../../body/read-body.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY_BYTES = 20 * 1024;
/** What is longer is read, to be refused for its length and not for being cut off. */
const MAX_BODY_BYTES = 1024 ** 2;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy: S3Operation = {
  name: "PutBucketPolicy",
  actions: () => ["s3:PutBucketPolicy"],
  headers: ["x-amz-confirm-remove-self-bucket-access"],
  takesBody: true,
  async run({ request, store, caller }) {
    requireOwner(caller, request);
    const { bytes } = await readBody({ ...request, maxBytes: MAX_BODY_BYTES });
    requireBucket(store, request); // time has passed while the body came
    if (bytes.length > MAX_POLICY_BYTES) {
      throw malformed("Policy exceeds the maximum allowed document size.", `${bytes.length} bytes`);
    }
    const policy = bytes.toString("utf8");
    checkPolicy(policy, request.bucket);
    if (publicAccessBlock(store, request.bucket).BlockPublicPolicy && isPublicPolicy(policy)) {
      throw publicPolicyDenied(caller, request.bucket);
    }
    store.buckets.setSetting(request.bucket, "policy", policy);
    return { status: 204 };
  },
};

/** @throws {S3Error} `MalformedPolicy` */
function checkPolicy(policy: string, bucket: string): void {
  try {
    checkBucketResources(parsePolicy(policy, "resource"), bucket);
  } catch (error) {
    if (error instanceof PolicyError) throw malformed(error.message, error.detail);
    throw error;
  }
}

function malformed(message: string, logNote: string): S3Error {
  return new S3Error("MalformedPolicy", { message, logNote });
}
