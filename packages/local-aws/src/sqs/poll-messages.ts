import type { MessageQueues } from "./message-queues.ts";
import { SqsError } from "./sqs-error.ts";
import type { ReceivedMessage } from "./store/message-flow.ts";
import type { Queue } from "./store/queue-directory.ts";
import { requireQueue } from "./wire/require-queue.ts";

interface PollOptions {
  queueUrl: string;
  limit: number;
  /** That of the queue when undefined. */
  visibilityTimeoutSeconds: number | undefined;
  /** 0 for a short poll. */
  waitMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Take messages, or wait until there are some.
 *
 * Nothing is taken once the client is gone: the message would be hidden from everybody for nobody.
 *
 * @throws {SqsError} `QueueDoesNotExist`, also when the queue is deleted meanwhile; `OverLimit`
 */
export async function pollMessages(queues: MessageQueues, options: PollOptions): Promise<ReceivedMessage[]> {
  const { waitMs, signal } = options;
  const until = performance.now() + waitMs; // clients wait in real time, whatever the clock is set to
  if (signal?.aborted === true) return [];
  for (;;) {
    const { queue, messages } = queues.transaction(() => take(queues, options));
    const ms = until - performance.now();
    if (messages.length > 0 || ms <= 0) return messages;
    const isWanted = await queues.waitForDue(queue, { ms, signal });
    if (!isWanted) return [];
  }
}

function take(
  queues: MessageQueues,
  { queueUrl, limit, visibilityTimeoutSeconds, waitMs }: PollOptions,
): { queue: Queue; messages: ReceivedMessage[] } {
  const queue = requireQueue(queues, queueUrl);
  const seconds = visibilityTimeoutSeconds ?? queue.settings.visibilityTimeoutSeconds;
  try {
    return { queue, messages: queues.receive(queue, { limit, visibilityTimeoutSeconds: seconds }) };
  } catch (error) {
    // A long poll waits until fewer are in flight:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
    const isFull = error instanceof SqsError && error.code === "OverLimit";
    if (isFull && waitMs > 0) return { queue, messages: [] };
    throw error;
  }
}
