import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { missingParameter } from "../sqs-error.ts";
import { checkBatch, runBatch } from "../wire/batch.ts";
import { checkVisibilityTimeout } from "../wire/check-range.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const changeMessageVisibilityBatch = defineAction({
  name: "ChangeMessageVisibilityBatch",
  input: z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(
      z.strictObject({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.optional(z.int()) }),
    ),
  }),
  run({ QueueUrl, Entries }, { queues }) {
    return queues.transaction(() => {
      const queue = requireQueue(queues, QueueUrl);
      checkBatch(Entries, "ChangeMessageVisibilityBatchRequestEntry");
      return runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        if (VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
        checkVisibilityTimeout(VisibilityTimeout);
        queues.changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
        return {};
      });
    });
  },
});
