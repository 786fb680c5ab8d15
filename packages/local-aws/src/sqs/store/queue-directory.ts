import { parseQueueArn, toQueueArn } from "../queue-arn.ts";
import { type QueueSettings, toQueueAttributes, USUAL_SETTINGS } from "../queue-attributes.ts";
import { checkQueueName } from "../queue-name.ts";
import { unknownDeadLetterTarget } from "../redrive-policy.ts";
import { notImplemented, SqsError } from "../sqs-error.ts";
import { QUEUE_COOL_DOWN_SECONDS } from "../sqs-limits.ts";
import type { MessageTable } from "./message-table.ts";
import type { QueueTable, StoredQueue } from "./queue-table.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface Queue extends StoredQueue {
  arn: string;
}

/** Which queues there are. Callers run what changes them within a transaction. */
export interface QueueDirectory {
  readonly region: string;
  readonly accountId: string;
  /**
   * @param settings - of an existing queue, those that must be as they are
   * @returns the new queue, or the one that has this name already
   * @throws {SqsError} `QueueNameExists`, `QueueDeletedRecently`, `InvalidParameterValue`,
   *   `UnsupportedOperation`
   */
  create(name: string, settings?: Partial<QueueSettings>): Queue;
  find(name: string): Queue | undefined;
  findByArn(arn: string): Queue | undefined;
  /** In order of their names, behind `after`. */
  list(page: { prefix: string; after: string; limit: number }): Queue[];
  /** @throws {SqsError} `InvalidParameterValue`, `UnsupportedOperation` */
  change(queue: Queue, settings: Partial<QueueSettings>): void;
  /** With its messages. Who waits for one hears that the queue is gone. */
  remove(queue: Queue): void;
  /**
   * Remove the messages of a queue.
   *
   * @throws {SqsError} `PurgeQueueInProgress`
   */
  purge(queue: Queue): void;
}

export function createQueueDirectory(options: {
  table: QueueTable;
  messages: MessageTable;
  wakeUps: WakeUps;
  clock: () => Date;
  region: string;
  accountId: string;
}): QueueDirectory {
  const { table, messages, wakeUps, clock, region, accountId } = options;
  const toQueue = (stored: StoredQueue): Queue => ({
    ...stored,
    arn: toQueueArn({ region, accountId, name: stored.name }),
  });
  const find = (name: string): Queue | undefined => {
    const stored = table.find(name);
    return stored === undefined ? undefined : toQueue(stored);
  };
  const findByArn = (arn: string): Queue | undefined => {
    const parsed = parseQueueArn(arn);
    return parsed?.region === region && parsed.accountId === accountId ? find(parsed.name) : undefined;
  };
  const checkRedrive = ({ redrivePolicy }: QueueSettings, arn: string): void => {
    if (redrivePolicy === undefined) return;
    const target = findByArn(redrivePolicy.deadLetterTargetArn);
    if (target === undefined) throw unknownDeadLetterTarget(redrivePolicy);
    // Amazon takes it, and then never delivers a message that was received too often.
    if (target.arn === arn) throw notImplemented("a queue as its own dead letter queue");
  };
  return {
    region,
    accountId,
    create(name, settings = {}) {
      checkQueueName(name);
      const existing = find(name);
      if (existing !== undefined) {
        checkSame(existing.settings, settings);
        return existing;
      }
      const now = clock().getTime();
      if (table.wasRemovedAfter(name, now - QUEUE_COOL_DOWN_SECONDS * 1000)) {
        throw new SqsError("QueueDeletedRecently");
      }
      const all = { ...USUAL_SETTINGS, ...settings };
      checkRedrive(all, toQueueArn({ region, accountId, name }));
      return toQueue(table.insert(name, all, now));
    },
    find,
    findByArn,
    list: (page) => table.list(page).map(toQueue),
    change(queue, settings) {
      const all = { ...queue.settings, ...settings };
      checkRedrive(all, queue.arn);
      table.update(queue.id, all, clock().getTime());
    },
    remove(queue) {
      table.remove(queue, clock().getTime());
      wakeUps.wake(queue.id);
    },
    purge(queue) {
      const now = clock().getTime();
      const limit = now - QUEUE_COOL_DOWN_SECONDS * 1000;
      if (!table.markPurged(queue.id, { now, limit })) {
        throw new SqsError("PurgeQueueInProgress", {
          message: `Only one PurgeQueue operation on ${queue.name} is allowed every ${QUEUE_COOL_DOWN_SECONDS} seconds.`,
        });
      }
      messages.removeAll(queue.id);
    },
  };
}

/** @throws {SqsError} `QueueNameExists` when a setting that was named differs */
function checkSame(settings: QueueSettings, named: Partial<QueueSettings>): void {
  const current = toQueueAttributes(settings);
  const wanted = toQueueAttributes({ ...settings, ...named });
  const names = Object.keys({ ...current, ...wanted });
  const differing = names.find((name) => current[name] !== wanted[name]);
  if (differing === undefined) return;
  throw new SqsError("QueueNameExists", {
    message: `A queue already exists with the same name and a different value for attribute ${differing}`,
    logNote: differing,
  });
}
