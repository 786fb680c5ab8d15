import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { SqsError } from "../sqs-error.ts";
import { MAX_MESSAGE_BYTES } from "../sqs-limits.ts";
import { checkBatch, runBatch } from "../wire/batch.ts";
import {
  countInputBytes,
  MESSAGE_INPUT,
  toOutgoingMessage,
  toSendOptions,
  toSentOutput,
} from "../wire/message-input.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const sendMessageBatch = defineAction({
  name: "SendMessageBatch",
  input: z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: z.string(), ...MESSAGE_INPUT })),
  }),
  run({ QueueUrl, Entries }, { queues }) {
    return queues.transaction(() => {
      const { arn } = requireQueue(queues, QueueUrl);
      checkBatch(Entries, "SendMessageBatchRequestEntry");
      checkBatchBytes(Entries.map(countInputBytes));
      return runBatch(Entries, (entry) => {
        const message = toOutgoingMessage(entry);
        const { messageId } = queues.send(arn, message.body, toSendOptions(entry, message));
        return { MessageId: messageId, ...toSentOutput(message) };
      });
    });
  },
});

function checkBatchBytes(sizes: readonly number[]): void {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  const message = `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`;
  throw new SqsError("BatchRequestTooLong", { message });
}
