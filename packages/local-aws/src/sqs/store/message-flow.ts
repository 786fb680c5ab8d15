import { randomUUID } from "node:crypto";
import { checkMessage } from "../check-message.ts";
import type { MessageAttribute } from "../message-attributes.ts";
import { SqsError } from "../sqs-error.ts";
import { MAX_IN_FLIGHT_MESSAGES } from "../sqs-limits.ts";
import type { DeliveredMessage, MessageCounts, MessageTable } from "./message-table.ts";
import type { Queue, QueueDirectory } from "./queue-directory.ts";
import type { ReceiptHandles } from "./receipt-handle.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface SendOptions {
  /** 0 to 900; that of the queue when left out. */
  delaySeconds?: number | undefined;
  attributes?: readonly MessageAttribute[];
  /** The unique id of who sends it; the account when left out. */
  senderId?: string;
}

export interface ReceivedMessage extends DeliveredMessage {
  receiptHandle: string;
}

/** The way of a message in and out. Callers run all of it, save for the waiting, within a transaction. */
export interface MessageFlow {
  /**
   * Who waits for a message wakes after the commit: nothing has to be called for that.
   *
   * @throws {SqsError} `QueueDoesNotExist`, `MissingParameter`, `InvalidMessageContents`,
   *   `InvalidParameterValue`
   */
  send(queueArn: string, body: string, options?: SendOptions): { messageId: string };
  /**
   * Take messages that are due and hide them for a while. Those that were received too often move to the
   * dead letter queue instead.
   *
   * @throws {SqsError} `OverLimit` when too many are in flight
   */
  receive(queue: Queue, options: { limit: number; visibilityTimeoutSeconds: number }): ReceivedMessage[];
  /**
   * Wait until there may be a message: one was sent, or a delay or visibility timeout has ended.
   *
   * @returns false once nobody waits any more
   */
  waitForDue(queue: Queue, options: { ms: number; signal: AbortSignal | undefined }): Promise<boolean>;
  /** Remove what is older than the queue keeps messages. */
  expire(queue: Queue): void;
  count(queue: Queue): MessageCounts;
}

export function createMessageFlow(options: {
  directory: QueueDirectory;
  messages: MessageTable;
  handles: ReceiptHandles;
  wakeUps: WakeUps;
  clock: () => Date;
}): MessageFlow {
  const { directory, messages, handles, wakeUps } = options;
  const now = (): number => options.clock().getTime();
  const expire = ({ id, settings }: Queue): void =>
    messages.removeSentBy(id, now() - settings.messageRetentionSeconds * 1000);

  /** Only a receive adds to what is in flight, so that it is counted, which takes a while, near the limit alone. */
  const inFlightAtMost = new Map<number, number>();
  const countRoom = (queueId: number, at: number, limit: number): number => {
    let atMost = inFlightAtMost.get(queueId) ?? MAX_IN_FLIGHT_MESSAGES;
    if (atMost + limit > MAX_IN_FLIGHT_MESSAGES) {
      atMost = messages.countInFlight(queueId, at, MAX_IN_FLIGHT_MESSAGES);
      inFlightAtMost.set(queueId, atMost);
    }
    return MAX_IN_FLIGHT_MESSAGES - atMost;
  };

  /** Messages to deliver. Those that were delivered too often are in the dead letter queue afterwards. */
  const takeDue = (queue: Queue, at: number, limit: number): { id: number }[] => {
    const { redrivePolicy } = queue.settings;
    const target = redrivePolicy && directory.findByArn(redrivePolicy.deadLetterTargetArn);
    // A target that was deleted takes none: they are delivered once more rather than lost.
    if (redrivePolicy === undefined || target === undefined) return messages.listDue(queue.id, at, limit);
    for (;;) {
      const due = messages.listDue(queue.id, at, limit);
      const dead = due.filter(({ receiveCount }) => receiveCount >= redrivePolicy.maxReceiveCount);
      if (dead.length === 0) return due;
      for (const { id } of dead) messages.move(id, { queueId: target.id, sourceArn: queue.arn });
      wakeUps.wake(target.id);
    }
  };

  return {
    send(queueArn, body, { delaySeconds, attributes = [], senderId = directory.accountId } = {}) {
      const queue = directory.findByArn(queueArn);
      if (queue === undefined) throw new SqsError("QueueDoesNotExist");
      checkMessage({ body, attributes }, queue.settings);
      expire(queue); // a queue that nobody reads must not grow for ever
      const messageId = randomUUID();
      const sentAt = now();
      const visibleAt = sentAt + (delaySeconds ?? queue.settings.delaySeconds) * 1000;
      messages.insert({ queueId: queue.id, messageId, senderId, body, attributes, sentAt, visibleAt });
      wakeUps.wake(queue.id);
      return { messageId };
    },
    receive(queue, { limit, visibilityTimeoutSeconds }) {
      expire(queue);
      const receivedAt = now();
      const room = Math.min(limit, countRoom(queue.id, receivedAt, limit));
      if (room === 0) throw new SqsError("OverLimit");
      const visibleAt = receivedAt + visibilityTimeoutSeconds * 1000;
      const due = takeDue(queue, receivedAt, room);
      inFlightAtMost.set(queue.id, (inFlightAtMost.get(queue.id) ?? 0) + due.length);
      return due.map(({ id }) => {
        const message = messages.receive(id, { now: receivedAt, visibleAt });
        const receipt = { queueId: queue.id, messageRowId: id, receiveCount: message.receiveCount };
        return { ...message, receiptHandle: handles.create(receipt) };
      });
    },
    async waitForDue({ id }, { ms, signal }) {
      const at = now();
      const dueAt = messages.nextDueAt(id, at) ?? Infinity;
      return wakeUps.wait(id, { ms: Math.min(ms, dueAt - at), signal });
    },
    expire,
    count(queue) {
      expire(queue);
      return messages.count(queue.id, now());
    },
  };
}
