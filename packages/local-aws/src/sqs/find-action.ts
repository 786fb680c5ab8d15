import { changeMessageVisibilityBatch } from "./actions/change-message-visibility-batch.ts";
import { changeMessageVisibility } from "./actions/change-message-visibility.ts";
import { createQueue } from "./actions/create-queue.ts";
import { deleteMessageBatch } from "./actions/delete-message-batch.ts";
import { deleteMessage } from "./actions/delete-message.ts";
import { deleteQueue } from "./actions/delete-queue.ts";
import { getQueueAttributes } from "./actions/get-queue-attributes.ts";
import { getQueueUrl } from "./actions/get-queue-url.ts";
import { listQueues } from "./actions/list-queues.ts";
import { purgeQueue } from "./actions/purge-queue.ts";
import { receiveMessage } from "./actions/receive-message.ts";
import { sendMessageBatch } from "./actions/send-message-batch.ts";
import { sendMessage } from "./actions/send-message.ts";
import { setQueueAttributes } from "./actions/set-queue-attributes.ts";
import type { SqsAction } from "./sqs-action.ts";
import { notImplemented, SqsError } from "./sqs-error.ts";

/**
 * @param target - of the header `x-amz-target`: `AmazonSQS.SendMessage`
 * @throws {SqsError} `UnknownOperation`, `UnsupportedOperation` for what is Amazon's alone
 */
export function findAction(target: string): SqsAction {
  const name = target.startsWith(SERVICE) ? target.slice(SERVICE.length) : "";
  const action = ACTIONS.find((candidate) => candidate.name === name);
  if (action !== undefined) return action;
  throw UNIMPLEMENTED.has(name) ? notImplemented(name) : new SqsError("UnknownOperation");
}

const SERVICE = "AmazonSQS.";

const ACTIONS = [
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  createQueue,
  deleteMessage,
  deleteMessageBatch,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
  receiveMessage,
  sendMessage,
  sendMessageBatch,
  setQueueAttributes,
];

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
const UNIMPLEMENTED: ReadonlySet<string> = new Set([
  "AddPermission",
  "CancelMessageMoveTask",
  "ListDeadLetterSourceQueues",
  "ListMessageMoveTasks",
  "ListQueueTags",
  "RemovePermission",
  "StartMessageMoveTask",
  "TagQueue",
  "UntagQueue",
]);
