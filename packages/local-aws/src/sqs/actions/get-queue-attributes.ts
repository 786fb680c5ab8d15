import * as z from "zod/mini";
import { selectQueueAttributes, toQueueAttributes } from "../queue-attributes.ts";
import { defineAction } from "../sqs-action.ts";
import { requireQueue } from "../wire/require-queue.ts";

/** The numbers of messages are exact here. */
export const getQueueAttributes = defineAction({
  name: "GetQueueAttributes",
  input: z.strictObject({ QueueUrl: z.string(), AttributeNames: z.optional(z.array(z.string())) }),
  run({ QueueUrl, AttributeNames = [] }, { queues }) {
    const { queue, counts } = queues.transaction(() => {
      const found = requireQueue(queues, QueueUrl);
      return { queue: found, counts: queues.count(found) };
    });
    const all = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(counts.visible),
      ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
      ApproximateNumberOfMessagesDelayed: String(counts.delayed),
      CreatedTimestamp: toSeconds(queue.createdAt),
      LastModifiedTimestamp: toSeconds(queue.modifiedAt),
      ...toQueueAttributes(queue.settings),
    };
    const Attributes = selectQueueAttributes(all, AttributeNames);
    return Object.keys(Attributes).length === 0 ? {} : { Attributes };
  },
});

function toSeconds(time: Date): string {
  return String(Math.floor(time.getTime() / 1000));
}
