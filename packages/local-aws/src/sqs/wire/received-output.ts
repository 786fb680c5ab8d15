import { type MessageAttribute, selectMessageAttributes, toAttributesMd5 } from "../message-attributes.ts";
import { toBodyMd5 } from "../message-body.ts";
import { unknownAttribute } from "../queue-attributes.ts";
import type { ReceivedMessage } from "../store/message-flow.ts";

/**
 * A message as ReceiveMessage gives it. The digest of attributes covers those that are given.
 *
 * @param names.system - of attributes that SQS makes
 * @param names.own - of attributes that the sender made
 */
export function toReceivedOutput(
  message: ReceivedMessage,
  names: { system: readonly string[]; own: readonly string[] },
): object {
  const system = Object.entries(toSystemAttributes(message)).filter(
    ([name]) => names.system.includes("All") || names.system.includes(name),
  );
  const own = selectMessageAttributes(message.attributes, names.own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: toBodyMd5(message.body),
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(own.length === 0
      ? {}
      : { MD5OfMessageAttributes: toAttributesMd5(own), MessageAttributes: toMessageAttributes(own) }),
  };
}

/** @throws {SqsError} `InvalidAttributeName` */
export function checkSystemAttributeNames(names: readonly string[]): void {
  const unknown = names.find((name) => !SYSTEM_NAMES.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
}

/**
 * Also those that a message here never has.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
const SYSTEM_NAMES: ReadonlySet<string> = new Set([
  "All",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "MessageDeduplicationId",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
  "SequenceNumber",
]);

function toSystemAttributes(message: ReceivedMessage): Record<string, string> {
  const { deadLetterSourceArn } = message;
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt.getTime()),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt.getTime()),
    ...(deadLetterSourceArn === undefined ? {} : { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
}

function toMessageAttributes(attributes: readonly MessageAttribute[]): Record<string, object> {
  const entries = attributes.map(({ name, dataType, value }) => {
    const field =
      typeof value === "string" ? { StringValue: value } : { BinaryValue: value.toString("base64") };
    return [name, { ...field, DataType: dataType }] as const;
  });
  return Object.fromEntries(entries);
}
