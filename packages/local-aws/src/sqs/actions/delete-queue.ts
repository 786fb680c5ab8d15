import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const deleteQueue = defineAction({
  name: "DeleteQueue",
  input: z.strictObject({ QueueUrl: z.string() }),
  run({ QueueUrl }, { queues }) {
    queues.transaction(() => queues.remove(requireQueue(queues, QueueUrl)));
    return {};
  },
});
