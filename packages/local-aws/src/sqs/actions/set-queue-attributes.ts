import * as z from "zod/mini";
import { parseQueueAttributes } from "../queue-attributes.ts";
import { defineAction } from "../sqs-action.ts";
import { missingParameter } from "../sqs-error.ts";
import { requireQueue } from "../wire/require-queue.ts";

/** At once: Amazon may take a minute for it, and a quarter of an hour for the retention period. */
export const setQueueAttributes = defineAction({
  name: "SetQueueAttributes",
  input: z.strictObject({ QueueUrl: z.string(), Attributes: z.record(z.string(), z.string()) }),
  run({ QueueUrl, Attributes }, { queues }) {
    queues.transaction(() => {
      const queue = requireQueue(queues, QueueUrl);
      if (Object.keys(Attributes).length === 0) throw missingParameter("Attributes");
      queues.change(queue, parseQueueAttributes(Attributes));
    });
    return {};
  },
});
