import fc from "fast-check";
import { expect, it } from "vitest";
import { current, openQueues } from "./testing/open-queues.ts";

/*
 * Random lives of a queue and its dead letter queue, against a model that is a list in memory. Every timeout
 * and delay is short beside the retention period, and every one of them ends within a minute.
 */

const MAX_RECEIVE_COUNT = 2;
const RETENTION_SECONDS = 300;

type Place = "work" | "dead";

type Step =
  | { kind: "send"; delaySeconds: number }
  | { kind: "receive"; place: Place; limit: number; timeoutSeconds: number }
  | { kind: "delete"; nth: number }
  | { kind: "change visibility"; nth: number; seconds: number }
  | { kind: "pass"; seconds: number }
  | { kind: "fail to send" }
  | { kind: "restart" };

const place = fc.constantFrom<Place>("work", "work", "dead");
const seconds = fc.constantFrom(0, 1, 10, 30, 60);
const nth = fc.nat(1000);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), delaySeconds: seconds }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("receive" as const),
        place,
        limit: fc.integer({ min: 1, max: 10 }),
        timeoutSeconds: seconds,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), nth }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("change visibility" as const), nth, seconds }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail to send" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  ),
  { maxLength: 60 },
);

interface Message {
  body: string;
  place: Place;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
}

/** Two real queues and what they should hold. */
function openLife() {
  const opened = openQueues();
  const { clock, database } = opened;
  let { queues } = opened;
  const dead = queues.create("dead", { messageRetentionSeconds: RETENTION_SECONDS });
  const redrivePolicy = { deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVE_COUNT };
  const work = queues.create("work", { messageRetentionSeconds: RETENTION_SECONDS, redrivePolicy });
  const real = { work, dead };

  let messages: Message[] = [];
  const receipts: { place: Place; handle: string; message: Message; receiveCount: number }[] = [];
  let sent = 0;

  const now = (): number => clock().getTime();
  const expire = (): void => {
    messages = messages.filter(({ sentAt }) => now() < sentAt + RETENTION_SECONDS * 1000);
  };
  /** Whether this receipt is that of the last receive of a message that still lies where it was. */
  const isCurrent = (receipt: (typeof receipts)[number]): boolean =>
    messages.includes(receipt.message) &&
    receipt.message.place === receipt.place &&
    receipt.message.receiveCount === receipt.receiveCount;

  /** What should be delivered, in order. What was delivered too often and stands before it moves. */
  const take = (from: Place, limit: number): Message[] => {
    const due = messages.filter((message) => message.place === from && message.visibleAt <= now());
    const taken: Message[] = [];
    for (const message of due.toSorted((a, b) => a.visibleAt - b.visibleAt)) {
      if (taken.length === limit) break;
      if (from === "work" && message.receiveCount >= MAX_RECEIVE_COUNT) message.place = "dead";
      else taken.push(message);
    }
    return taken;
  };

  const receive = (from: Place, limit: number, timeoutSeconds: number): number => {
    expire();
    const expected = take(from, limit);
    const received = queues.transaction(() =>
      queues.receive(current(queues, real[from]), { limit, visibilityTimeoutSeconds: timeoutSeconds }),
    );
    expect(received.map(({ body }) => body)).toEqual(expected.map(({ body }) => body));
    for (const [index, message] of expected.entries()) {
      message.receiveCount += 1;
      message.visibleAt = now() + timeoutSeconds * 1000;
      const { receiptHandle: handle = "", receiveCount = 0 } = received[index] ?? {};
      expect(receiveCount).toBe(message.receiveCount);
      receipts.push({ place: from, handle, message, receiveCount });
    }
    return received.length;
  };

  const changeVisibility = (receipt: (typeof receipts)[number], forSeconds: number): void => {
    expire();
    const change = (): void => queues.changeVisibility(real[receipt.place], receipt.handle, forSeconds);
    if (!isCurrent(receipt)) expect(change).toThrow(/Message does not exist/);
    else if (receipt.message.visibleAt <= now()) expect(change).toThrow(/isn't in flight/);
    else {
      change();
      receipt.message.visibleAt = now() + forSeconds * 1000;
    }
  };

  const remove = (receipt: (typeof receipts)[number]): void => {
    queues.removeMessage(real[receipt.place], receipt.handle);
    if (isCurrent(receipt)) messages = messages.filter((message) => message !== receipt.message);
  };

  const run = (step: Step): void => {
    switch (step.kind) {
      case "send": {
        const body = `message ${(sent += 1)}`;
        queues.transaction(() => queues.send(work.arn, body, { delaySeconds: step.delaySeconds }));
        const visibleAt = now() + step.delaySeconds * 1000;
        messages.push({ body, place: "work", sentAt: now(), visibleAt, receiveCount: 0 });
        return;
      }
      case "receive":
        receive(step.place, step.limit, step.timeoutSeconds);
        return;
      case "delete":
      case "change visibility": {
        const receipt = receipts[step.nth % Math.max(1, receipts.length)];
        if (receipt === undefined) return;
        if (step.kind === "delete") remove(receipt);
        else changeVisibility(receipt, step.seconds);
        return;
      }
      case "pass":
        clock.advance(step.seconds);
        return;
      case "fail to send":
        expect(() =>
          queues.transaction(() => {
            queues.send(work.arn, "never sent");
            throw new Error("undone");
          }),
        ).toThrow("undone");
        return;
      case "restart":
        queues = opened.restart();
    }
  };

  /** Receive and delete until nothing comes any more. */
  const drain = () => {
    clock.advance(60);
    for (const from of ["work", "dead"] as const) {
      while (receive(from, 10, 60) > 0) for (const receipt of receipts.slice(-10)) remove(receipt);
    }
    return { missing: messages, left: database.prepare("SELECT body FROM queue_message").all() };
  };
  return { run, drain, close: () => database.close() };
}

it("loses no message, and gives none too early, after its end, or more often than it was hidden", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const { run, drain, close } = openLife();
      for (const step of life) run(step);
      expect(drain()).toEqual({ missing: [], left: [] });
      close();
    }),
    { numRuns: 300 },
  );
});
