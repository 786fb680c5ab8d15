import { DatabaseSync } from "node:sqlite";
import { transaction } from "../../s3/object-store/database.ts";
import { createMessageQueues, type MessageQueues, QUEUE_SCHEMA } from "../message-queues.ts";
import type { Queue } from "../store/queue-directory.ts";

export interface OpenQueues {
  queues: MessageQueues;
  database: DatabaseSync;
  clock: TestClock;
  /** The same tables, as a process sees them that has just started. */
  restart(): MessageQueues;
}

/** It stands until it is moved. */
export interface TestClock {
  (): Date;
  advance(seconds: number): void;
}

export const REGION = "eu-central-1";
const ACCOUNT_ID = "000000000000";

export function openQueues(clock: TestClock = createClock()): OpenQueues {
  const database = new DatabaseSync(":memory:");
  database.exec(QUEUE_SCHEMA);
  const open = (): MessageQueues =>
    createMessageQueues({
      database,
      clock,
      transaction: (run) => transaction(database, run),
      region: REGION,
      accountId: ACCOUNT_ID,
    });
  return { queues: open(), database, clock, restart: open };
}

function createClock(): TestClock {
  let now = Date.UTC(2026, 0, 1);
  const clock = (): Date => new Date(now);
  return Object.assign(clock, {
    advance(seconds: number) {
      now += seconds * 1000;
    },
  });
}

/** Runs with real time, and can be moved forward: so the end of an hour is a moment away. */
export function createRunningClock(): TestClock {
  let ahead = 0;
  const clock = (): Date => new Date(Date.now() + ahead);
  return Object.assign(clock, {
    advance(seconds: number) {
      ahead += seconds * 1000;
    },
  });
}

/** The queue as it is now: what a caller holds is as old as its lookup. */
export function current(queues: MessageQueues, { name }: Queue): Queue {
  const queue = queues.find(name);
  if (queue === undefined) throw new Error(`no queue ${name}`);
  return queue;
}
