import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { checkBatch, runBatch } from "../wire/batch.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const deleteMessageBatch = defineAction({
  name: "DeleteMessageBatch",
  input: z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: z.string(), ReceiptHandle: z.string() })),
  }),
  run({ QueueUrl, Entries }, { queues }) {
    return queues.transaction(() => {
      const queue = requireQueue(queues, QueueUrl);
      checkBatch(Entries, "DeleteMessageBatchRequestEntry");
      return runBatch(Entries, ({ ReceiptHandle }) => {
        queues.removeMessage(queue, ReceiptHandle);
        return {};
      });
    });
  },
});
