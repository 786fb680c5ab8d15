import * as z from "zod/mini";
import { callerArn, type SignedCaller } from "../identity/caller.ts";
import { callerPolicies } from "../identity/caller-policies.ts";
import { globalConditionValues, toRequestContext } from "../identity/condition-values.ts";
import { explainDenial } from "../identity/explain-denial.ts";
import { evaluatePolicies } from "../policy/evaluate-policies.ts";
import type { parsePolicy } from "../policy/parse-policy.ts";
import type { MessageQueues } from "./message-queues.ts";
import { toQueueArn } from "./queue-arn.ts";

/** A call that no policy of the caller allows, in Amazon's words. */
export class SqsAccessDenied extends Error {
  readonly logNote: string;

  constructor(message: string, logNote: string) {
    super(message);
    this.name = "SqsAccessDenied";
    this.logNote = logNote;
  }
}

/**
 * The account may do everything; a session of a role what its policies allow. The queue's own policy is asked
 * for S3 alone, when notifications are put.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 *
 * @throws {SqsAccessDenied}
 */
export function authorizeSqs(call: {
  caller: SignedCaller;
  queues: Pick<MessageQueues, "region" | "accountId">;
  target: string;
  body: Buffer;
  headers: ReadonlyMap<string, string>;
  sourceIp: string | undefined;
  region: string;
  now: Date;
  /** `parsePolicy`, or one that remembers what it read. */
  readPolicy: typeof parsePolicy;
}): void {
  const { caller, queues } = call;
  if (caller.kind === "account") return;
  const action = toAction(call.target);
  const queueName = findQueueName(call.body);
  const resource = queueName === undefined ? "*" : toQueueArn({ ...queues, name: queueName });
  const decision = evaluatePolicies(
    { action, resource, principal: caller, context: toRequestContext(globalConditionValues(call)) },
    { ...callerPolicies(caller, call.readPolicy), resource: undefined },
  );
  if (decision.allowed) return;
  const name = action.toLowerCase(); // as Amazon writes it here
  const asked = `User: ${callerArn(caller)} is not authorized to perform: ${name} on resource: ${resource}`;
  const statement = decision.sid === undefined ? "" : ` (statement ${decision.sid})`;
  const message = `${asked} ${explainDenial(decision, name)}`;
  throw new SqsAccessDenied(message, `${message}${statement}`);
}

/** A batch needs the permission of what it is a batch of. */
function toAction(target: string): string {
  return `sqs:${target.slice("AmazonSQS.".length).replace(/Batch$/, "")}`;
}

const QueueReference = z.object({ QueueUrl: z.optional(z.string()), QueueName: z.optional(z.string()) });

/** What cannot be read is refused later, by the action itself. */
function findQueueName(body: Buffer): string | undefined {
  const reference = QueueReference.safeParse(parseJson(body));
  const { QueueUrl, QueueName } = reference.data ?? {};
  return QueueName ?? QueueUrl?.split("/").at(-1);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
