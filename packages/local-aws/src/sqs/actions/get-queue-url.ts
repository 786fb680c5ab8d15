import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { toQueueUrl } from "../wire/queue-url.ts";
import { requireQueueNamed } from "../wire/require-queue.ts";

export const getQueueUrl = defineAction({
  name: "GetQueueUrl",
  input: z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.optional(z.string()) }),
  run({ QueueName, QueueOwnerAWSAccountId }, { queues, endpoint }) {
    const accountId = QueueOwnerAWSAccountId ?? queues.accountId;
    const { name } = requireQueueNamed(queues, { accountId, name: QueueName });
    return { QueueUrl: toQueueUrl({ endpoint, accountId, name }) };
  },
});
