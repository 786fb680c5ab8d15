import type { MessageQueues } from "../message-queues.ts";
import { SqsError } from "../sqs-error.ts";
import type { Queue } from "../store/queue-directory.ts";
import { parseQueueUrl } from "./queue-url.ts";

/** @throws {SqsError} `QueueDoesNotExist`, `InvalidAddress` */
export function requireQueue(queues: MessageQueues, queueUrl: string): Queue {
  if (queueUrl === "") throw new SqsError("QueueDoesNotExist");
  const { accountId, name } = parseQueueUrl(queueUrl);
  return requireQueueNamed(queues, { accountId, name });
}

/** @throws {SqsError} `QueueDoesNotExist` */
export function requireQueueNamed(
  queues: MessageQueues,
  { accountId, name }: { accountId: string; name: string },
): Queue {
  const queue = accountId === queues.accountId ? queues.find(name) : undefined;
  if (queue === undefined) throw new SqsError("QueueDoesNotExist");
  return queue;
}
