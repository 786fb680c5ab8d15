import { notImplemented, SqsError } from "./sqs-error.ts";

/**
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 *
 * @throws {SqsError} `InvalidParameterValue`, `UnsupportedOperation` for the name of a FIFO queue
 */
export function checkQueueName(name: string): void {
  if (name.endsWith(".fifo")) throw notImplemented("FIFO queues");
  if (/^[\w-]{1,80}$/.test(name)) return;
  throw new SqsError("InvalidParameterValue", {
    message: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    logNote: "QueueName",
  });
}
