import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { requireQueue } from "../wire/require-queue.ts";

/** At once: Amazon may take a minute for it. */
export const purgeQueue = defineAction({
  name: "PurgeQueue",
  input: z.strictObject({ QueueUrl: z.string() }),
  run({ QueueUrl }, { queues }) {
    queues.transaction(() => queues.purge(requireQueue(queues, QueueUrl)));
    return {};
  },
});
