import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { integerOf, optionalTextOf, type Row, textOf } from "../../s3/object-store/row.ts";
import type { QueueSettings } from "../queue-attributes.ts";

export interface StoredQueue {
  id: number;
  name: string;
  createdAt: Date;
  modifiedAt: Date;
  settings: QueueSettings;
}

export type QueueTable = ReturnType<typeof createQueueTable>;

/** Statements on queues. Callers run the changing ones within a transaction. Times are in ms. */
export function createQueueTable(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO queue (name, created_at, modified_at, ${SETTING_COLUMNS.join(", ")})
     VALUES (:name, :now, :now, ${SETTING_COLUMNS.map((column) => `:${column}`).join(", ")}) RETURNING *`,
  );
  const update = database.prepare(
    `UPDATE queue SET modified_at = :now, ${SETTING_COLUMNS.map((column) => `${column} = :${column}`).join(", ")}
     WHERE id = :id`,
  );
  const select = database.prepare("SELECT * FROM queue WHERE name = ?");
  const selectPage = database.prepare(
    `SELECT * FROM queue WHERE name > :after AND substr(name, 1, length(:prefix)) = :prefix
     ORDER BY name LIMIT :limit`,
  );
  const deleteById = database.prepare("DELETE FROM queue WHERE id = ?");
  const insertDeletion = database.prepare(
    "INSERT INTO queue_deletion (name, deleted_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET deleted_at = excluded.deleted_at",
  );
  const deleteDeletions = database.prepare("DELETE FROM queue_deletion WHERE deleted_at <= ?");
  const selectDeletion = database.prepare("SELECT 1 FROM queue_deletion WHERE name = ? AND deleted_at > ?");
  const updatePurged = database.prepare(
    "UPDATE queue SET purged_at = :now WHERE id = :id AND (purged_at IS NULL OR purged_at <= :limit)",
  );
  return {
    insert(name: string, settings: QueueSettings, now: number): StoredQueue {
      return toStoredQueue(insert.get({ name, now, ...toColumns(settings) }) ?? {});
    },
    find(name: string): StoredQueue | undefined {
      const row = select.get(name);
      return row === undefined ? undefined : toStoredQueue(row);
    },
    /** In order of their names. */
    list(page: { prefix: string; after: string; limit: number }): StoredQueue[] {
      return selectPage.all(page).map(toStoredQueue);
    },
    update(id: number, settings: QueueSettings, now: number): void {
      update.run({ id, now, ...toColumns(settings) });
    },
    /** With all its messages. */
    remove({ id, name }: StoredQueue, now: number): void {
      deleteById.run(id);
      insertDeletion.run(name, now);
    },
    /** Whether a queue of this name was removed after `time`; forgets those that were before. */
    wasRemovedAfter(name: string, time: number): boolean {
      deleteDeletions.run(time);
      return selectDeletion.get(name, time) !== undefined;
    },
    /** @returns false when it was marked after `limit` */
    markPurged(id: number, { now, limit }: { now: number; limit: number }): boolean {
      return updatePurged.run({ id, now, limit }).changes === 1;
    },
  };
}

const SETTING_COLUMNS = [
  "delay_seconds",
  "maximum_message_bytes",
  "retention_seconds",
  "wait_seconds",
  "visibility_timeout_seconds",
  "policy",
  "dead_letter_arn",
  "max_receive_count",
] as const;

function toColumns(settings: QueueSettings): Record<(typeof SETTING_COLUMNS)[number], SQLInputValue> {
  return {
    delay_seconds: settings.delaySeconds,
    maximum_message_bytes: settings.maximumMessageBytes,
    retention_seconds: settings.messageRetentionSeconds,
    wait_seconds: settings.receiveWaitSeconds,
    visibility_timeout_seconds: settings.visibilityTimeoutSeconds,
    policy: settings.policy ?? null,
    dead_letter_arn: settings.redrivePolicy?.deadLetterTargetArn ?? null,
    max_receive_count: settings.redrivePolicy?.maxReceiveCount ?? null,
  };
}

function toStoredQueue(row: Row): StoredQueue {
  const deadLetterTargetArn = optionalTextOf(row, "dead_letter_arn");
  return {
    id: integerOf(row, "id"),
    name: textOf(row, "name"),
    createdAt: new Date(integerOf(row, "created_at")),
    modifiedAt: new Date(integerOf(row, "modified_at")),
    settings: {
      delaySeconds: integerOf(row, "delay_seconds"),
      maximumMessageBytes: integerOf(row, "maximum_message_bytes"),
      messageRetentionSeconds: integerOf(row, "retention_seconds"),
      receiveWaitSeconds: integerOf(row, "wait_seconds"),
      visibilityTimeoutSeconds: integerOf(row, "visibility_timeout_seconds"),
      policy: optionalTextOf(row, "policy"),
      redrivePolicy:
        deadLetterTargetArn === undefined
          ? undefined
          : { deadLetterTargetArn, maxReceiveCount: integerOf(row, "max_receive_count") },
    },
  };
}
