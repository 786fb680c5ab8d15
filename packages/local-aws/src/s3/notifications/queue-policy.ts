import * as z from "zod/mini";
import { evaluatePolicies } from "../../policy/evaluate-policies.ts";
import { type PolicyDocument, parsePolicy, PolicyError } from "../../policy/parse-policy.ts";
import type { Queue } from "../../sqs/store/queue-directory.ts";

const SERVICE = "s3.amazonaws.com";
const ACTION = "sqs:SendMessage";

/**
 * A policy for a queue that takes the events of all buckets of this account.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
export function toPublishPolicy({ queueArn, accountId }: { queueArn: string; accountId: string }): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: SERVICE },
        Action: ACTION,
        Resource: queueArn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}

/** Whether a queue's policy lets S3 send it the events of a bucket. What it cannot understand lets nobody. */
export function mayPublish(
  queue: Pick<Queue, "arn" | "settings">,
  source: { bucket: string; accountId: string },
): boolean {
  const { policy } = queue.settings;
  const document = policy === undefined ? undefined : toServicePolicy(policy);
  if (document === undefined) return false;
  const { accountId, bucket } = source;
  const context = new Map([
    ["aws:principalisawsservice", ["true"]],
    ["aws:principalservicename", [SERVICE]],
    ["aws:securetransport", ["true"]],
    ["aws:sourceaccount", [accountId]],
    ["aws:sourcearn", [`arn:aws:s3:::${bucket}`]],
  ]);
  const decision = evaluatePolicies(
    // A service has no identity of its own: what names it in the queue's policy counts as its permissions.
    {
      action: ACTION,
      resource: queue.arn,
      principal: { kind: "role-session", accountId, roleArn: SERVICE, sessionArn: SERVICE },
      context,
    },
    { identity: [document], session: undefined, resource: undefined },
  );
  return decision.allowed;
}

const Names = z.union([z.string(), z.array(z.string())]);
const Principal = z.union([z.string(), z.record(z.string(), Names)]);
const Statement = z.looseObject({
  Sid: z.optional(z.unknown()),
  Principal: z.optional(Principal),
  NotPrincipal: z.optional(Principal),
});
const Policy = z.object({
  Version: z.optional(z.string()),
  Statement: z.union([z.array(Statement), Statement]),
});

/** The statements that are about S3, as those of an identity policy, which names nobody. */
function toServicePolicy(json: string): PolicyDocument | undefined {
  const policy = Policy.safeParse(JSON.parse(json));
  if (!policy.success) return undefined;
  const { Version, Statement: listed } = policy.data;
  const statements = (Array.isArray(listed) ? listed : [listed]).filter(isAboutService);
  const anonymous = statements.map(({ Sid: _sid, Principal: _who, NotPrincipal: _whoNot, ...rest }) => rest);
  if (anonymous.length === 0) return undefined;
  try {
    return parsePolicy(JSON.stringify({ Version, Statement: anonymous }), "identity");
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

function isAboutService(statement: z.infer<typeof Statement>): boolean {
  if (statement.NotPrincipal !== undefined) return !names(statement.NotPrincipal);
  return statement.Principal !== undefined && names(statement.Principal);
}

function names(principal: z.infer<typeof Principal>): boolean {
  if (typeof principal === "string") return principal === "*";
  const { AWS = [], Service = [] } = principal;
  return [AWS].flat().includes("*") || [Service].flat().includes(SERVICE);
}
