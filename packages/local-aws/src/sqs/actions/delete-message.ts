import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const deleteMessage = defineAction({
  name: "DeleteMessage",
  input: z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
  run({ QueueUrl, ReceiptHandle }, { queues }) {
    queues.transaction(() => queues.removeMessage(requireQueue(queues, QueueUrl), ReceiptHandle));
    return {};
  },
});
