import * as z from "zod/mini";
import { type MessageAttribute, toAttributesMd5 } from "../message-attributes.ts";
import { toBodyMd5 } from "../message-body.ts";
import { invalidParameter, notImplemented, SqsError } from "../sqs-error.ts";
import type { SendOptions } from "../store/message-flow.ts";
import { checkDelaySeconds } from "./check-range.ts";

/** What SendMessage and an entry of SendMessageBatch have in common. */
export const MESSAGE_INPUT = {
  MessageBody: z.string(),
  DelaySeconds: z.optional(z.int()),
  MessageAttributes: z.optional(
    z.record(
      z.string(),
      z.strictObject({
        DataType: z.optional(z.string()),
        StringValue: z.optional(z.string()),
        BinaryValue: z.optional(z.base64()),
        StringListValues: z.optional(z.array(z.string())),
        BinaryListValues: z.optional(z.array(z.string())),
      }),
    ),
  ),
  MessageSystemAttributes: z.optional(z.record(z.string(), z.unknown())),
  MessageDeduplicationId: z.optional(z.string()),
  MessageGroupId: z.optional(z.string()),
};

const MessageInput = z.object(MESSAGE_INPUT);
export type MessageInput = z.infer<typeof MessageInput>;

export interface OutgoingMessage {
  body: string;
  attributes: MessageAttribute[];
}

/** @throws {SqsError} `UnsupportedOperation` */
export function toOutgoingMessage({ MessageBody, MessageAttributes = {} }: MessageInput): OutgoingMessage {
  const attributes = Object.entries(MessageAttributes).map(([name, value]) => {
    const { DataType = "", StringValue, BinaryValue, StringListValues = [], BinaryListValues = [] } = value;
    if (StringListValues.length > 0 || BinaryListValues.length > 0) {
      const message = "Message attribute list values in SendMessage operation are not supported.";
      throw new SqsError("UnsupportedOperation", { message });
    }
    if (StringValue !== undefined && BinaryValue !== undefined) {
      const message = `Message (user) attribute '${name}' has more than one value.`;
      throw new SqsError("InvalidParameterValue", { message, logNote: "MessageAttributes" });
    }
    const bytes = BinaryValue === undefined ? undefined : Buffer.from(BinaryValue, "base64");
    return { name, dataType: DataType, value: bytes ?? StringValue ?? "" };
  });
  return { body: MessageBody, attributes };
}

/** @throws {SqsError} `InvalidParameterValue`, `UnsupportedOperation` */
export function toSendOptions(input: MessageInput, { attributes }: OutgoingMessage): SendOptions {
  const { DelaySeconds, MessageSystemAttributes = {}, MessageDeduplicationId, MessageGroupId } = input;
  checkDelaySeconds(DelaySeconds);
  if (MessageDeduplicationId !== undefined) {
    throw invalidParameter({
      name: "MessageDeduplicationId",
      value: MessageDeduplicationId,
      reason: "The request include parameter that is not valid for this queue type.",
    });
  }
  // At Amazon it names the tenant whose share of a fair queue this is.
  if (MessageGroupId !== undefined) throw notImplemented("MessageGroupId");
  if (Object.keys(MessageSystemAttributes).length > 0) throw notImplemented("MessageSystemAttributes");
  return { delaySeconds: DelaySeconds, attributes };
}

/** Of the whole, however wrong its parts may be. */
export function countInputBytes({ MessageBody, MessageAttributes = {} }: MessageInput): number {
  const sizes = Object.entries(MessageAttributes).map(
    ([name, { DataType = "", StringValue = "", BinaryValue = "" }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, "base64"),
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(MessageBody));
}

/** The digests that clients compare with what they sent. */
export function toSentOutput({ body, attributes }: OutgoingMessage): Record<string, string> {
  return {
    MD5OfMessageBody: toBodyMd5(body),
    ...(attributes.length === 0 ? {} : { MD5OfMessageAttributes: toAttributesMd5(attributes) }),
  };
}
