import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { checkVisibilityTimeout } from "../wire/check-range.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const changeMessageVisibility = defineAction({
  name: "ChangeMessageVisibility",
  input: z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.int() }),
  run({ QueueUrl, ReceiptHandle, VisibilityTimeout }, { queues }) {
    queues.transaction(() => {
      const queue = requireQueue(queues, QueueUrl);
      checkVisibilityTimeout(VisibilityTimeout);
      queues.changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
    });
    return {};
  },
});
