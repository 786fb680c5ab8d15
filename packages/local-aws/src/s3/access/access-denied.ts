import { type Caller, callerArn } from "../../identity/caller.ts";
import { explainDenial } from "../../identity/explain-denial.ts";
import type { Decision } from "../../policy/evaluate-policies.ts";
import { S3Error } from "../s3-error.ts";

/**
 * Refuse in Amazon's words, which tell the account's own callers which kind of policy decided, and nobody
 * else.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 *
 * @param options.resource - an ARN, or `*` for what has none
 */
export function accessDenied(
  decision: Decision & { allowed: false },
  options: { caller: Caller; action: string; resource: string },
): S3Error {
  return refuse(explainDenial(decision, options.action), { ...options, sid: decision.sid });
}

/** Refuse a bucket policy that grants something to the public, where the bucket's block forbids that. */
export function publicPolicyDenied(caller: Caller, bucket: string): S3Error {
  return refuse(
    "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
    { caller, action: "s3:PutBucketPolicy", resource: `arn:aws:s3:::${bucket}` },
  );
}

function refuse(
  because: string,
  options: { caller: Caller; action: string; resource: string; sid?: string | undefined },
): S3Error {
  const { caller, action, resource, sid } = options;
  const name = callerName(caller);
  const where = resource === "*" ? "" : ` on ${resource}`;
  const statement = sid === undefined ? "" : ` (statement ${sid})`;
  const logNote = `${name}: ${action}${where} ${because}${statement}`;
  if (caller.kind === "anonymous" || caller.kind === "service")
    return new S3Error("AccessDenied", { logNote });
  const named = resource === "*" ? "" : ` on resource: "${resource}"`;
  const message = `User: ${name} is not authorized to perform: ${action}${named} ${because}`;
  return new S3Error("AccessDenied", { message, logNote });
}

function callerName(caller: Caller): string {
  if (caller.kind === "anonymous") return "anonymous";
  return caller.kind === "service" ? `${caller.service} for ${caller.sourceArn}` : callerArn(caller);
}
