import * as z from "zod/mini";
import { parseQueueAttributes } from "../queue-attributes.ts";
import { checkQueueName } from "../queue-name.ts";
import { defineAction } from "../sqs-action.ts";
import { notImplemented } from "../sqs-error.ts";
import { toQueueUrl } from "../wire/queue-url.ts";

export const createQueue = defineAction({
  name: "CreateQueue",
  input: z.strictObject({
    QueueName: z.string(),
    Attributes: z.optional(z.record(z.string(), z.string())),
    tags: z.optional(z.record(z.string(), z.string())),
  }),
  run({ QueueName, Attributes = {}, tags = {} }, { queues, endpoint }) {
    checkQueueName(QueueName); // that it is a FIFO queue says more than that its attributes are unknown
    if (Object.keys(tags).length > 0) throw notImplemented("tags");
    const settings = parseQueueAttributes(Attributes);
    const { name } = queues.transaction(() => queues.create(QueueName, settings));
    return { QueueUrl: toQueueUrl({ endpoint, accountId: queues.accountId, name }) };
  },
});
