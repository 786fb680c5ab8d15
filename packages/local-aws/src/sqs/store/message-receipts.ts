import { invalidParameter, SqsError } from "../sqs-error.ts";
import { MAX_VISIBILITY_TIMEOUT_SECONDS } from "../sqs-limits.ts";
import type { MessageFlow } from "./message-flow.ts";
import type { MessageState, MessageTable } from "./message-table.ts";
import type { Queue } from "./queue-directory.ts";
import type { Receipt, ReceiptHandles } from "./receipt-handle.ts";
import type { WakeUps } from "./wake-ups.ts";

/** What who received a message may do with it. Callers run it within a transaction. */
export interface MessageReceipts {
  /**
   * With the handle of the last receive. An older one has no effect and is no error, nor is that of a
   * message that is gone.
   *
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
   *
   * @throws {SqsError} `ReceiptHandleIsInvalid`
   */
  removeMessage(queue: Queue, receiptHandle: string): void;
  /**
   * @param seconds - from now; 0 shows the message at once
   * @throws {SqsError} `ReceiptHandleIsInvalid`, `MessageNotInflight`, `InvalidParameterValue`
   */
  changeVisibility(queue: Queue, receiptHandle: string, seconds: number): void;
}

export function createMessageReceipts(options: {
  messages: MessageTable;
  handles: ReceiptHandles;
  wakeUps: WakeUps;
  clock: () => Date;
  expire: MessageFlow["expire"];
}): MessageReceipts {
  const { messages, handles, wakeUps, clock, expire } = options;

  const open = (queue: Queue, receiptHandle: string): Receipt => {
    const receipt = handles.open(receiptHandle);
    if (receipt?.queueId === queue.id) return receipt;
    const message = `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`;
    throw new SqsError("ReceiptHandleIsInvalid", { message });
  };
  /** @returns undefined when the message is gone, has moved, or was received again */
  const findReceived = (receipt: Receipt): MessageState | undefined => {
    const state = messages.findState(receipt.messageRowId);
    const isLast = state?.queueId === receipt.queueId && state.receiveCount === receipt.receiveCount;
    return isLast ? state : undefined;
  };

  return {
    removeMessage(queue, receiptHandle) {
      const receipt = open(queue, receiptHandle);
      if (findReceived(receipt) !== undefined) messages.remove(receipt.messageRowId);
    },
    changeVisibility(queue, receiptHandle, seconds) {
      expire(queue);
      const receipt = open(queue, receiptHandle);
      const state = findReceived(receipt);
      if (state === undefined) {
        throw invalidParameter({
          name: "ReceiptHandle",
          value: receiptHandle,
          reason: "Message does not exist or is not available for visibility timeout change.",
        });
      }
      const now = clock().getTime();
      if (state.visibleAt <= now) throw new SqsError("MessageNotInflight");
      const visibleAt = now + seconds * 1000;
      checkTotal(seconds, visibleAt - state.receivedAt);
      messages.setVisibleAt(receipt.messageRowId, visibleAt);
      wakeUps.wake(queue.id);
    },
  };
}

/** A message stays hidden for 12 hours at most, counted from its receive. */
function checkTotal(seconds: number, totalMs: number): void {
  if (totalMs <= MAX_VISIBILITY_TIMEOUT_SECONDS * 1000) return;
  const limit = `[${MAX_VISIBILITY_TIMEOUT_SECONDS} seconds]`;
  throw invalidParameter({
    name: "VisibilityTimeout",
    value: seconds,
    reason: `Total VisibilityTimeout for the message is beyond the limit ${limit}`,
  });
}
