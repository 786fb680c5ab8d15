import * as z from "zod/mini";
import { parseQueueArn } from "./queue-arn.ts";
import { invalidParameter, SqsError } from "./sqs-error.ts";
import { MAX_RECEIVE_COUNT } from "./sqs-limits.ts";

/** Where a message goes instead of being delivered once more than `maxReceiveCount` times. */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

const NAME = "RedrivePolicy";
const MEMBERS = ["maxReceiveCount", "deadLetterTargetArn"];

/**
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 *
 * @param text - JSON; `maxReceiveCount` is a number or a string of digits
 * @throws {SqsError} `InvalidAttributeValue`, `InvalidParameterValue`
 */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const policy = parseMap(text);
  const refuse = (reason: string): SqsError => invalidParameter({ name: NAME, value: text, reason });
  for (const member of MEMBERS) {
    if (policy[member] === undefined) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${member}.`);
    }
  }
  if (Object.keys(policy).length > MEMBERS.length) {
    throw refuse("Only following attributes are expected: [deadLetterTargetArn, maxReceiveCount].");
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const countText = typeof maxReceiveCount === "string" ? maxReceiveCount : JSON.stringify(maxReceiveCount);
  const count = /^\d+$/.test(countText) ? Number(countText) : 0;
  if (count < 1 || count > MAX_RECEIVE_COUNT) {
    const range = `valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive`;
    throw refuse(`Invalid value for maxReceiveCount: ${countText}, ${range}.`);
  }
  if (typeof deadLetterTargetArn !== "string" || parseQueueArn(deadLetterTargetArn) === undefined) {
    throw refuse("Invalid value for deadLetterTargetArn.");
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

export function toRedrivePolicyText({ deadLetterTargetArn, maxReceiveCount }: RedrivePolicy): string {
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
}

/** For a policy whose target is not there. */
export function unknownDeadLetterTarget(policy: RedrivePolicy): SqsError {
  return invalidParameter({
    name: NAME,
    value: toRedrivePolicyText(policy),
    reason: "Dead letter target does not exist.",
  });
}

const JsonMap = z.record(z.string(), z.unknown());

function parseMap(text: string): z.infer<typeof JsonMap> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined; // refused below, like JSON that is no map
  }
  const map = JsonMap.safeParse(parsed);
  if (map.success) return map.data;
  throw new SqsError("InvalidAttributeValue", {
    message: `Invalid value for the parameter ${NAME}. Reason: Redrive policy is not a valid JSON map.`,
    logNote: NAME,
  });
}
