import { parseRedrivePolicy, type RedrivePolicy, toRedrivePolicyText } from "./redrive-policy.ts";
import { notImplemented, SqsError } from "./sqs-error.ts";
import {
  MAX_DELAY_SECONDS,
  MAX_MESSAGE_BYTES,
  MAX_VISIBILITY_TIMEOUT_SECONDS,
  MAX_WAIT_SECONDS,
} from "./sqs-limits.ts";

/** What can be set on a queue. */
export interface QueueSettings {
  delaySeconds: number; // 0 to 900
  maximumMessageBytes: number; // 1 KiB to 1 MiB
  messageRetentionSeconds: number; // a minute to 14 days
  receiveWaitSeconds: number; // 0 to 20
  visibilityTimeoutSeconds: number; // 0 to 12 hours
  /** JSON of a resource policy: kept and given back, for whoever checks it before sending. */
  policy: string | undefined;
  redrivePolicy: RedrivePolicy | undefined;
}

const DAY_SECONDS = 24 * 3600;

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const NUMBERS = {
  DelaySeconds: { setting: "delaySeconds", min: 0, max: MAX_DELAY_SECONDS, usual: 0 },
  MaximumMessageSize: {
    setting: "maximumMessageBytes",
    min: 1024,
    max: MAX_MESSAGE_BYTES,
    usual: MAX_MESSAGE_BYTES,
  },
  MessageRetentionPeriod: {
    setting: "messageRetentionSeconds",
    min: 60,
    max: 14 * DAY_SECONDS,
    usual: 4 * DAY_SECONDS,
  },
  ReceiveMessageWaitTimeSeconds: { setting: "receiveWaitSeconds", min: 0, max: MAX_WAIT_SECONDS, usual: 0 },
  VisibilityTimeout: {
    setting: "visibilityTimeoutSeconds",
    min: 0,
    max: MAX_VISIBILITY_TIMEOUT_SECONDS,
    usual: 30,
  },
} as const;

/** Attributes of every queue at Amazon that this stand-in does not have. */
const UNIMPLEMENTED: ReadonlySet<string> = new Set([
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
  "RedriveAllowPolicy",
]);

export const USUAL_SETTINGS: QueueSettings = {
  delaySeconds: NUMBERS.DelaySeconds.usual,
  maximumMessageBytes: NUMBERS.MaximumMessageSize.usual,
  messageRetentionSeconds: NUMBERS.MessageRetentionPeriod.usual,
  receiveWaitSeconds: NUMBERS.ReceiveMessageWaitTimeSeconds.usual,
  visibilityTimeoutSeconds: NUMBERS.VisibilityTimeout.usual,
  policy: undefined,
  redrivePolicy: undefined,
};

/**
 * Read the attributes of CreateQueue and SetQueueAttributes. Attributes of FIFO queues are unknown to a
 * standard queue, as at Amazon.
 *
 * @returns the settings that were named; an empty policy means none
 * @throws {SqsError} `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue`,
 *   `UnsupportedOperation`
 */
export function parseQueueAttributes(attributes: Readonly<Record<string, string>>): Partial<QueueSettings> {
  const settings: Partial<QueueSettings> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (isNumberName(name)) settings[NUMBERS[name].setting] = parseNumber(name, value);
    else if (name === "Policy") settings.policy = parsePolicy(value);
    else if (name === "RedrivePolicy") {
      settings.redrivePolicy = value === "" ? undefined : parseRedrivePolicy(value);
    } else if (UNIMPLEMENTED.has(name)) throw notImplemented(`the attribute ${name}`);
    else throw unknownAttribute(name);
  }
  return settings;
}

/** In the wire's names. Policies that are not set are left out. */
export function toQueueAttributes(settings: QueueSettings): Record<string, string> {
  const { policy, redrivePolicy } = settings;
  const numbers = Object.entries(NUMBERS).map(([name, { setting }]) => [name, String(settings[setting])]);
  return {
    ...Object.fromEntries(numbers),
    ...(policy === undefined ? {} : { Policy: policy }),
    ...(redrivePolicy === undefined ? {} : { RedrivePolicy: toRedrivePolicyText(redrivePolicy) }),
  };
}

/**
 * Keep the attributes that GetQueueAttributes asks for.
 *
 * @throws {SqsError} `InvalidAttributeName`
 */
export function selectQueueAttributes(
  attributes: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  const unset = new Set(["All", "Policy", "RedrivePolicy", ...UNIMPLEMENTED]);
  const unknown = names.find((name) => !Object.hasOwn(attributes, name) && !unset.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
  if (names.includes("All")) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

export function unknownAttribute(name: string): SqsError {
  return new SqsError("InvalidAttributeName", { message: `Unknown Attribute ${name}.` });
}

function isNumberName(name: string): name is keyof typeof NUMBERS {
  return Object.hasOwn(NUMBERS, name);
}

function parseNumber(name: keyof typeof NUMBERS, text: string): number {
  const { min, max } = NUMBERS[name];
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
  throw invalidAttribute(name);
}

function parsePolicy(text: string): string | undefined {
  if (text === "") return undefined;
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && !Array.isArray(policy)) return text;
  } catch (error) {
    throw invalidAttribute("Policy", error);
  }
  throw invalidAttribute("Policy");
}

function invalidAttribute(name: string, cause?: unknown): SqsError {
  const message = `Invalid value for the parameter ${name}.`;
  return new SqsError("InvalidAttributeValue", { message, logNote: name, cause });
}
