import type { DatabaseSync } from "node:sqlite";
import { integerOf, optionalTextOf, type Row, textOf } from "../../s3/object-store/row.ts";
import type { MessageAttribute } from "../message-attributes.ts";
import { parseAttributesText, toAttributesText } from "./stored-attributes.ts";

export interface NewMessage {
  queueId: number;
  messageId: string;
  senderId: string;
  body: string;
  attributes: readonly MessageAttribute[];
  sentAt: number;
  visibleAt: number;
}

/** A message as one act of receiving it found it. */
export interface DeliveredMessage {
  id: number;
  messageId: string;
  senderId: string;
  body: string;
  attributes: MessageAttribute[];
  sentAt: Date;
  /** With this time. */
  receiveCount: number;
  firstReceivedAt: Date;
  /** The queue that gave it up. */
  deadLetterSourceArn: string | undefined;
}

/** What a receipt handle is checked against. */
export interface MessageState {
  queueId: number;
  receiveCount: number;
  receivedAt: number;
  visibleAt: number;
}

export interface MessageCounts {
  visible: number;
  /** Received, and not yet visible again. */
  inFlight: number;
  /** Not yet visible for the first time. */
  delayed: number;
}

export type MessageTable = ReturnType<typeof createMessageTable>;

/** Statements on messages. Callers run the changing ones within a transaction. Times are in ms. */
export function createMessageTable(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO queue_message (queue_id, message_id, sender_id, sent_at, visible_at, receive_count, attributes, body)
     VALUES (?, ?, ?, ?, ?, 0, ?, ?)`,
  );
  const selectDue = database.prepare(
    `SELECT id, receive_count FROM queue_message WHERE queue_id = ? AND visible_at <= ?
     ORDER BY visible_at, id LIMIT ?`,
  );
  const selectNextDue = database.prepare(
    "SELECT min(visible_at) AS due_at FROM queue_message WHERE queue_id = ? AND visible_at > ?",
  );
  const receive = database.prepare(
    `UPDATE queue_message SET receive_count = receive_count + 1, received_at = :now, visible_at = :visibleAt,
       first_received_at = coalesce(first_received_at, :now) WHERE id = :id RETURNING *`,
  );
  const selectState = database.prepare(
    "SELECT queue_id, receive_count, received_at, visible_at FROM queue_message WHERE id = ? AND receive_count > 0",
  );
  const updateVisibleAt = database.prepare("UPDATE queue_message SET visible_at = ? WHERE id = ?");
  const moveById = database.prepare(
    "UPDATE queue_message SET queue_id = :queueId, dead_letter_source_arn = :sourceArn WHERE id = :id",
  );
  const deleteById = database.prepare("DELETE FROM queue_message WHERE id = ?");
  const deleteByQueue = database.prepare("DELETE FROM queue_message WHERE queue_id = ?");
  const deleteSentBy = database.prepare("DELETE FROM queue_message WHERE queue_id = ? AND sent_at <= ?");
  const selectCounts = database.prepare(
    `SELECT count(*) FILTER (WHERE visible_at <= :now) AS visible,
       count(*) FILTER (WHERE visible_at > :now AND receive_count > 0) AS in_flight,
       count(*) FILTER (WHERE visible_at > :now AND receive_count = 0) AS delayed
     FROM queue_message WHERE queue_id = :queueId`,
  );
  const selectInFlight = database.prepare(
    `SELECT count(*) AS in_flight FROM (SELECT 1 FROM queue_message
       WHERE queue_id = :queueId AND visible_at > :now AND receive_count > 0 LIMIT :limit)`,
  );
  return {
    insert({ attributes, ...message }: NewMessage): void {
      const { queueId, messageId, senderId, sentAt, visibleAt, body } = message;
      insert.run(queueId, messageId, senderId, sentAt, visibleAt, toAttributesText(attributes), body);
    },
    /** Those that may be received, the longest due first. */
    listDue(queueId: number, now: number, limit: number): { id: number; receiveCount: number }[] {
      return selectDue.all(queueId, now, limit).map((row) => ({
        id: integerOf(row, "id"),
        receiveCount: integerOf(row, "receive_count"),
      }));
    },
    /** When the next one becomes visible; undefined when none will by itself. */
    nextDueAt(queueId: number, now: number): number | undefined {
      const row = selectNextDue.get(queueId, now) ?? {};
      return row["due_at"] === null ? undefined : integerOf(row, "due_at");
    },
    receive(id: number, { now, visibleAt }: { now: number; visibleAt: number }): DeliveredMessage {
      return toDeliveredMessage(receive.get({ id, now, visibleAt }) ?? {});
    },
    /** @returns undefined when it is gone or was never received */
    findState(id: number): MessageState | undefined {
      const row = selectState.get(id);
      return row === undefined ? undefined : toMessageState(row);
    },
    setVisibleAt(id: number, visibleAt: number): void {
      updateVisibleAt.run(visibleAt, id);
    },
    move(id: number, { queueId, sourceArn }: { queueId: number; sourceArn: string }): void {
      moveById.run({ id, queueId, sourceArn });
    },
    remove(id: number): void {
      deleteById.run(id);
    },
    removeAll(queueId: number): void {
      deleteByQueue.run(queueId);
    },
    /** Those that were sent at `time` or before. */
    removeSentBy(queueId: number, time: number): void {
      deleteSentBy.run(queueId, time);
    },
    count(queueId: number, now: number): MessageCounts {
      const row = selectCounts.get({ queueId, now }) ?? {};
      return {
        visible: integerOf(row, "visible"),
        inFlight: integerOf(row, "in_flight"),
        delayed: integerOf(row, "delayed"),
      };
    },
    /** Counts no further than `limit`. */
    countInFlight(queueId: number, now: number, limit: number): number {
      return integerOf(selectInFlight.get({ queueId, now, limit }) ?? {}, "in_flight");
    },
  };
}

function toDeliveredMessage(row: Row): DeliveredMessage {
  return {
    id: integerOf(row, "id"),
    messageId: textOf(row, "message_id"),
    senderId: textOf(row, "sender_id"),
    body: textOf(row, "body"),
    attributes: parseAttributesText(textOf(row, "attributes")),
    sentAt: new Date(integerOf(row, "sent_at")),
    receiveCount: integerOf(row, "receive_count"),
    firstReceivedAt: new Date(integerOf(row, "first_received_at")),
    deadLetterSourceArn: optionalTextOf(row, "dead_letter_source_arn"),
  };
}

function toMessageState(row: Row): MessageState {
  return {
    queueId: integerOf(row, "queue_id"),
    receiveCount: integerOf(row, "receive_count"),
    receivedAt: integerOf(row, "received_at"),
    visibleAt: integerOf(row, "visible_at"),
  };
}
