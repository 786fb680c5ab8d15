import type { Caller } from "../../identity/caller.ts";
import type { S3Request } from "../operation.ts";
import { S3Error } from "../s3-error.ts";

/**
 * Refuse what only the bucket owner's account may do, even to those whom a policy allows it.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 *
 * @throws {S3Error} `MethodNotAllowed`
 */
export function requireOwner(caller: Caller, { method }: S3Request): void {
  if (caller.kind === "account" || caller.kind === "role-session") return;
  throw new S3Error("MethodNotAllowed", {
    details: { Method: method, ResourceType: "BUCKETPOLICY" },
    logNote: "only the bucket owner's account may do this",
  });
}
