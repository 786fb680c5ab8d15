import { beforeEach, describe, expect, it } from "vitest";
import type { MessageQueues } from "./message-queues.ts";
import { pollMessages } from "./poll-messages.ts";
import type { Queue } from "./store/queue-directory.ts";
import {
  createRunningClock,
  current,
  openQueues,
  type OpenQueues,
  type TestClock,
} from "./testing/open-queues.ts";
import { toQueueUrl } from "./wire/queue-url.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

let opened: OpenQueues;
let queues: MessageQueues;
let clock: TestClock;
let queue: Queue;

beforeEach(() => {
  opened = openQueues();
  ({ queues, clock } = opened);
  queue = queues.create("q");
});

const receive = (from: Queue = queue, limit = 10, visibilityTimeoutSeconds = 30) =>
  queues.receive(from, { limit, visibilityTimeoutSeconds });
const bodies = (from?: Queue): string[] => receive(from).map(({ body }) => body);
const receiveOne = (from: Queue = queue) => {
  const [message] = receive(from, 1);
  if (message === undefined) throw new Error("no message is due");
  return message;
};

const poll = (options: { signal?: AbortSignal; waitMs?: number; name?: string; limit?: number } = {}) =>
  pollMessages(queues, {
    queueUrl: toQueueUrl({
      endpoint: "http://127.0.0.1",
      accountId: queues.accountId,
      name: options.name ?? "q",
    }),
    limit: options.limit ?? 10,
    visibilityTimeoutSeconds: undefined,
    waitMs: options.waitMs ?? 20_000,
    signal: options.signal,
  });

describe("a message", () => {
  it("is hidden once it was received, and comes again when its timeout has ended", () => {
    queues.send(queue.arn, "m");
    expect(receiveOne()).toMatchObject({ body: "m", receiveCount: 1, firstReceivedAt: clock() });
    const firstReceivedAt = clock();
    clock.advance(29.999);
    expect(receive()).toEqual([]);
    clock.advance(0.001);
    expect(receiveOne()).toMatchObject({ body: "m", receiveCount: 2, firstReceivedAt });
  });

  it("waits for its own delay, or else for that of the queue", () => {
    queues.change(queue, { delaySeconds: 5 });
    queues.send(queue.arn, "slow");
    queues.send(queue.arn, "slower", { delaySeconds: 10 });
    queues.send(queue.arn, "at once", { delaySeconds: 0 });
    expect(queues.count(queue)).toEqual({ visible: 1, inFlight: 0, delayed: 2 });
    expect(bodies()).toEqual(["at once"]);
    clock.advance(5);
    expect(bodies()).toEqual(["slow"]);
    clock.advance(5);
    expect(queues.count(queue)).toEqual({ visible: 1, inFlight: 2, delayed: 0 });
    expect(bodies()).toEqual(["slower"]);
  });

  it("comes in the order of sending, and no more than asked for at a time", () => {
    for (const body of ["a", "b", "c"]) queues.send(queue.arn, body);
    expect(receive(queue, 2).map(({ body }) => body)).toEqual(["a", "b"]);
    expect(bodies()).toEqual(["c"]);
  });

  it("is never twice in one answer, though it is visible again at once", () => {
    queues.send(queue.arn, "m");
    expect(receive(queue, 10, 0)).toHaveLength(1);
    expect(receive(queue, 10, 0)).toHaveLength(1);
  });

  it("is gone when the queue has kept it long enough, also in flight", () => {
    queues.send(queue.arn, "old");
    clock.advance(2 * DAY);
    queues.send(queue.arn, "young");
    receive(queue, 1, 12 * HOUR);
    clock.advance(2 * DAY);
    expect(queues.count(queue)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(bodies()).toEqual(["young"]);
    queues.change(queue, { messageRetentionSeconds: 60 });
    expect(queues.count(current(queues, queue))).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("is removed from the file when others are sent, though nobody reads the queue", () => {
    queues.change(queue, { messageRetentionSeconds: 60 });
    for (let minute = 0; minute < 5; minute += 1) {
      queues.send(queue.arn, "m");
      clock.advance(60);
    }
    expect(opened.database.prepare("SELECT count(*) AS n FROM queue_message").get()).toEqual({ n: 1 });
  });

  it("was not sent when the transaction failed in which it was", () => {
    const failing = (): never => {
      queues.send(queue.arn, "m");
      throw new Error("the object was not written");
    };
    expect(() => queues.transaction(failing)).toThrow("the object was not written");
    expect(queues.count(queue).visible).toBe(0);
  });

  it("outlives the process with its timeout, its count and the handle that was given", () => {
    queues.send(queue.arn, "kept");
    queues.send(queue.arn, "deleted");
    const [kept, deleted] = receive();
    queues = opened.restart();
    expect(receive()).toEqual([]);
    queues.removeMessage(queue, deleted?.receiptHandle ?? "");
    clock.advance(30);
    expect(receive()).toMatchObject([{ messageId: kept?.messageId, receiveCount: 2 }]);
  });

  it("needs a queue", () => {
    const arn = queue.arn.replace(/q$/, "other");
    expect(() => queues.send(arn, "m")).toThrow("The specified queue does not exist.");
    expect(() => queues.send(queue.arn.replace("eu-central-1", "us-east-1"), "m")).toThrow(/does not exist/);
    expect(() => queues.send("q", "m")).toThrow(/does not exist/);
  });
});

describe("a receipt handle", () => {
  it("deletes its message, also after the timeout, and again to no effect", () => {
    queues.send(queue.arn, "m");
    const { receiptHandle } = receiveOne();
    clock.advance(60);
    queues.removeMessage(queue, receiptHandle);
    expect(queues.count(queue).visible).toBe(0);
    queues.removeMessage(queue, receiptHandle);
  });

  it("has no effect once its message was received again", () => {
    queues.send(queue.arn, "m");
    const stale = receiveOne().receiptHandle;
    clock.advance(30);
    const { receiptHandle } = receiveOne();
    queues.removeMessage(queue, stale);
    expect(queues.count(queue).inFlight).toBe(1);
    expect(() => queues.changeVisibility(queue, stale, 60)).toThrow(
      /^Value \S+ for parameter ReceiptHandle is invalid\. Reason: Message does not exist/,
    );
    queues.removeMessage(queue, receiptHandle);
    expect(queues.count(queue).inFlight).toBe(0);
  });

  it("is refused when it was not issued for this queue", () => {
    const other = queues.create("other");
    queues.send(queue.arn, "m");
    queues.send(other.arn, "m");
    const { receiptHandle } = receiveOne();
    const refusal = expect.objectContaining({ code: "ReceiptHandleIsInvalid", status: 404 });
    const altered = Array.from({ length: receiptHandle.length }, (_, index) => {
      const replacement = receiptHandle[index] === "A" ? "B" : "A";
      return receiptHandle.slice(0, index) + replacement + receiptHandle.slice(index + 1);
    });
    const handles = [...altered, "", "x", `${receiptHandle}\n`, receiveOne(other).receiptHandle];
    for (const handle of handles.filter((candidate) => candidate !== receiptHandle)) {
      expect(() => queues.removeMessage(queue, handle)).toThrow(refusal);
      expect(() => queues.changeVisibility(queue, handle, 1)).toThrow(refusal);
    }
    expect(queues.count(queue).inFlight).toBe(1);
  });

  it("shows its message at once or hides it for longer", () => {
    queues.send(queue.arn, "m");
    const first = receiveOne();
    clock.advance(20);
    queues.changeVisibility(queue, first.receiptHandle, 60);
    clock.advance(59);
    expect(receive()).toEqual([]);
    queues.changeVisibility(queue, first.receiptHandle, 0);
    const second = receiveOne();
    expect(second.receiveCount).toBe(2);
    clock.advance(30);
    expect(receive()).toHaveLength(1); // the change is not for the next receive
  });

  it("changes nothing once its message is visible again or gone", () => {
    queues.send(queue.arn, "m");
    const { receiptHandle } = receiveOne();
    clock.advance(30);
    expect(() => queues.changeVisibility(queue, receiptHandle, 60)).toThrow(
      expect.objectContaining({ code: "MessageNotInflight" }),
    );
    queues.removeMessage(queue, receiptHandle);
    expect(() => queues.changeVisibility(queue, receiptHandle, 60)).toThrow(/Message does not exist/);
    queues.send(queue.arn, "kept too long");
    clock.advance(4 * DAY - 10);
    const late = receiveOne().receiptHandle;
    clock.advance(10);
    expect(() => queues.changeVisibility(queue, late, 60)).toThrow(/Message does not exist/);
  });

  it("hides its message for 12 hours in all", () => {
    queues.send(queue.arn, "m");
    const [message] = receive(queue, 1, HOUR);
    const receiptHandle = message?.receiptHandle ?? "";
    clock.advance(HOUR - 1);
    expect(() => queues.changeVisibility(queue, receiptHandle, 11 * HOUR + 2)).toThrow(
      "Value 39602 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    );
    queues.changeVisibility(queue, receiptHandle, 11 * HOUR + 1);
    clock.advance(11 * HOUR);
    expect(receive()).toEqual([]);
    clock.advance(1);
    expect(receive()).toHaveLength(1);
  });
});

describe("a dead letter queue", () => {
  let dead: Queue;

  beforeEach(() => {
    dead = queues.create("dead");
    const redrivePolicy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 };
    queues.change(queue, { redrivePolicy });
    queue = current(queues, queue);
  });

  const receiveTwice = (): void => {
    for (let count = 0; count < 2; count += 1) {
      expect(receive(queue, 10).length).toBeGreaterThan(0);
      clock.advance(30);
    }
  };

  it("takes what was received too often, as it was, and no sooner", () => {
    const { messageId } = queues.send(queue.arn, "poison");
    const sentAt = clock();
    receiveTwice();
    queues.send(queue.arn, "wholesome");
    expect(receive(dead)).toEqual([]);
    expect(bodies()).toEqual(["wholesome"]);
    expect(receive(dead)).toMatchObject([
      { messageId, body: "poison", sentAt, receiveCount: 3, deadLetterSourceArn: queue.arn },
    ]);
  });

  it("takes all of them at once, so that a queue full of them still gives what is good", () => {
    for (let count = 0; count < 25; count += 1) queues.send(queue.arn, `poison ${count}`);
    for (let count = 0; count < 2; count += 1) {
      while (receive().length > 0);
      clock.advance(30);
    }
    queues.send(queue.arn, "wholesome");
    expect(bodies()).toEqual(["wholesome"]);
    expect(queues.count(dead).visible).toBe(25);
  });

  it("keeps messages by the time of their sending", () => {
    queues.send(queue.arn, "m");
    receiveTwice();
    clock.advance(4 * DAY - 61);
    expect(receive()).toEqual([]);
    expect(queues.count(dead).visible).toBe(1);
    clock.advance(1);
    expect(queues.count(dead).visible).toBe(0);
  });

  it("keeps its messages from handles of the queue before", () => {
    queues.send(queue.arn, "m");
    receiveOne();
    clock.advance(30);
    const { receiptHandle } = receiveOne();
    clock.advance(30);
    expect(receive()).toEqual([]);
    queues.removeMessage(queue, receiptHandle);
    expect(queues.count(dead).visible).toBe(1);
    expect(() => queues.removeMessage(dead, receiptHandle)).toThrow(/is not a valid receipt handle/);
  });

  it("that was deleted takes none: they are delivered again", () => {
    queues.send(queue.arn, "m");
    receiveTwice();
    queues.remove(dead);
    expect(receive()).toMatchObject([{ body: "m", receiveCount: 3 }]);
  });

  it("must be another queue that exists", () => {
    const change = (deadLetterTargetArn: string) => () =>
      queues.change(queue, { redrivePolicy: { deadLetterTargetArn, maxReceiveCount: 2 } });
    expect(change(`${dead.arn}-not`)).toThrow(/Reason: Dead letter target does not exist\.$/);
    expect(change(queue.arn)).toThrow(expect.objectContaining({ code: "UnsupportedOperation" }));
  });
});

describe("a queue", () => {
  it("is the same for the same name, and refused for other settings", () => {
    expect(queues.create("q").id).toBe(queue.id);
    expect(queues.create("q", { delaySeconds: 0 }).id).toBe(queue.id);
    expect(() => queues.create("q", { delaySeconds: 1 })).toThrow(
      "A queue already exists with the same name and a different value for attribute DelaySeconds",
    );
    expect(() => queues.create("q", { policy: "{}" })).toThrow(/for attribute Policy$/);
  });

  it("can be deleted with its messages, and its name is free again a minute later", () => {
    queues.send(queue.arn, "m");
    const { receiptHandle } = receiveOne();
    queues.remove(queue);
    expect(queues.findByArn(queue.arn)).toBeUndefined();
    clock.advance(59.999);
    expect(() => queues.create("q")).toThrow(expect.objectContaining({ code: "QueueDeletedRecently" }));
    clock.advance(0.001);
    const again = queues.create("q");
    expect(receive(again)).toEqual([]);
    expect(opened.database.prepare("SELECT name FROM queue_deletion").all()).toEqual([]);
    expect(() => queues.removeMessage(again, receiptHandle)).toThrow(/is not a valid receipt handle/);
  });

  it("can be purged once a minute", () => {
    queues.send(queue.arn, "m");
    queues.send(queue.arn, "delayed", { delaySeconds: 60 });
    receiveOne();
    queues.purge(queue);
    expect(queues.count(queue)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    clock.advance(59.999);
    expect(() => queues.purge(queue)).toThrow(
      "Only one PurgeQueue operation on q is allowed every 60 seconds.",
    );
    clock.advance(0.001);
    queues.purge(queue);
  });

  it("has at most 120,000 messages in flight", async () => {
    opened.database.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 119990)
       INSERT INTO queue_message (queue_id, message_id, sender_id, sent_at, visible_at, receive_count, attributes, body)
       SELECT ${queue.id}, i, 's', ${clock().getTime()}, ${clock().getTime() + 30_000}, 1, '[]', 'm' FROM n`,
    );
    for (let count = 0; count < 13; count += 1) queues.send(queue.arn, "m");
    queues.send(queue.arn, "delayed", { delaySeconds: 60 });
    expect(receive(queue, 4)).toHaveLength(4);
    expect(receive(queue, 4)).toHaveLength(4);
    expect(receive(queue, 4)).toHaveLength(2);
    expect(() => receive()).toThrow(expect.objectContaining({ code: "OverLimit", status: 403 }));
    await expect(poll({ waitMs: 0 })).rejects.toMatchObject({ code: "OverLimit" });
    expect(await poll({ waitMs: 10 })).toEqual([]);
    clock.advance(30);
    expect(receive()).toHaveLength(10);
  });
});

describe("who waits for a message", () => {
  it("gets it with the commit of the transaction that sent it", async () => {
    const polled = poll();
    queues.transaction(() => queues.send(queue.arn, "m"));
    expect(await polled).toMatchObject([{ body: "m" }]);
  });

  it("is not misled by a transaction that was undone", async () => {
    const polled = poll();
    const undone = (): never => {
      queues.send(queue.arn, "never sent");
      throw new Error("undone");
    };
    expect(() => queues.transaction(undone)).toThrow("undone");
    await new Promise(setImmediate); // it has looked by now
    queues.transaction(() => queues.send(queue.arn, "sent"));
    expect(await polled).toMatchObject([{ body: "sent" }]);
  });

  it("gets nothing when nothing comes", async () => {
    expect(await poll({ waitMs: 10 })).toEqual([]);
    expect(await poll({ waitMs: 0 })).toEqual([]);
  });

  it("shares what comes with others who wait", async () => {
    const polls = ["a", "b", "c"].map(() => poll({ limit: 1 }));
    queues.transaction(() => {
      for (const body of ["one", "two", "three"]) queues.send(queue.arn, body);
    });
    const received = (await Promise.all(polls)).flat();
    expect(received.map(({ body }) => body).toSorted()).toEqual(["one", "three", "two"]);
  });

  it("gets it when its delay or its timeout ends, and when it is shown again", async () => {
    ({ queues, clock } = openQueues(createRunningClock()));
    queue = queues.create("q");
    queues.send(queue.arn, "m", { delaySeconds: 900 });
    clock.advance(899.98);
    expect(await poll()).toMatchObject([{ receiveCount: 1 }]);
    clock.advance(29.98);
    const [second] = await poll();
    expect(second?.receiveCount).toBe(2);
    const polled = poll();
    queues.transaction(() => queues.changeVisibility(queue, second?.receiptHandle ?? "", 0));
    expect(await polled).toMatchObject([{ receiveCount: 3 }]);
  });

  it("at a dead letter queue gets what is moved there", async () => {
    const dead = queues.create("dead");
    queues.change(queue, { redrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 } });
    queue = current(queues, queue);
    queues.send(queue.arn, "m");
    receiveOne();
    clock.advance(30);
    const polled = poll({ name: "dead" });
    expect(queues.transaction(() => receive())).toEqual([]);
    expect(await polled).toMatchObject([{ body: "m" }]);
  });

  it("takes nothing after going away", async () => {
    const gone = new AbortController();
    const polled = poll({ signal: gone.signal });
    queues.transaction(() => queues.send(queue.arn, "m"));
    gone.abort();
    expect(await polled).toEqual([]);
    expect(await poll({ signal: gone.signal })).toEqual([]);
    expect(queues.count(queue)).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("hears of the end of the queue and of the process", async () => {
    const polled = poll();
    queues.transaction(() => queues.remove(queue));
    await expect(polled).rejects.toMatchObject({ code: "QueueDoesNotExist" });
    queue = queues.create("other");
    const last = poll({ name: "other" });
    queues.close();
    expect(await last).toEqual([]);
    expect(await poll({ name: "other" })).toEqual([]);
  });
});
