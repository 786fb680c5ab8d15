import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { createMessageFlow, type MessageFlow } from "./store/message-flow.ts";
import { createMessageReceipts, type MessageReceipts } from "./store/message-receipts.ts";
import { createMessageTable } from "./store/message-table.ts";
import { createQueueDirectory, type Queue, type QueueDirectory } from "./store/queue-directory.ts";
import { createQueueTable } from "./store/queue-table.ts";
import { createReceiptHandles } from "./store/receipt-handle.ts";
import { createWakeUps } from "./store/wake-ups.ts";

export { QUEUE_SCHEMA } from "./store/queue-schema.ts";

/** Standard queues of one account in one region, and their messages. */
export interface MessageQueues extends QueueDirectory, MessageFlow, MessageReceipts {
  /** All changes of `run`, or none. `run` must not wait for anything. */
  transaction<T>(run: () => T): T;
  /** Ends all that wait for messages, without one. To be called before the database is closed. */
  close(): void;
}

/**
 * @param options.database - has the tables of `QUEUE_SCHEMA`
 * @param options.transaction - of that database: synchronous, and not to be nested
 */
export function createMessageQueues(options: {
  database: DatabaseSync;
  clock: () => Date;
  transaction: <T>(run: () => T) => T;
  region: string;
  accountId: string;
}): MessageQueues {
  const { database, clock, transaction, region, accountId } = options;
  const wakeUps = createWakeUps();
  const table = createQueueTable(database);
  const messages = createMessageTable(database);
  const handles = createReceiptHandles(loadReceiptKey(database));
  const directory = createQueueDirectory({ table, messages, wakeUps, clock, region, accountId });
  const flow = createMessageFlow({ directory, messages, handles, wakeUps, clock });
  const expire = (queue: Queue): void => flow.expire(queue);
  const receipts = createMessageReceipts({ messages, handles, wakeUps, clock, expire });
  return { ...directory, ...flow, ...receipts, transaction, close: () => wakeUps.close() };
}

/** As old as the tables: handles stay good over a restart. */
function loadReceiptKey(database: DatabaseSync): Uint8Array {
  database.prepare("INSERT OR IGNORE INTO queue_secret (id, receipt_key) VALUES (1, ?)").run(randomBytes(32));
  const key = database.prepare("SELECT receipt_key FROM queue_secret").get()?.["receipt_key"];
  if (!(key instanceof Uint8Array)) throw new Error("column receipt_key is not a blob");
  return key;
}
