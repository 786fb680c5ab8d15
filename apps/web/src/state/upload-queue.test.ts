import { describe, expect, it } from "vitest";
import {
  hasUnfinished,
  initialUploadQueue,
  uploadQueue,
  type UploadEvent,
  type UploadQueue,
} from "./upload-queue.ts";

const open = uploadQueue(initialUploadQueue, { type: "opened" });
const progress = {
  transferredBytes: 1,
  acknowledgedBytes: 1,
  totalBytes: 2,
  bytesPerSecond: 0,
  secondsLeft: undefined,
};

/** Of so many bytes, as far as it says itself. */
const fileOf = (size: number) =>
  Object.defineProperty(new File(["x"], "same name.txt"), "size", { value: size });
const large = fileOf(17 * 1024 ** 2);
const small = fileOf(1);
const addedOf = (file: File, ids: readonly string[]): UploadEvent => ({
  type: "added",
  files: ids.map((id) => ({ id, file })),
});
const added = (...ids: string[]) => addedOf(large, ids);
const checksum = { algorithm: "CRC64NVME", value: "AAAAAAAAAAA=" } as const;
const stored = (id: string, attempt = 1): UploadEvent => ({ type: "stored", id, attempt, checksum });
const failed = (id: string, attempt = 1): UploadEvent => ({ type: "failed", id, attempt, message: "No." });

function after(...events: UploadEvent[]): UploadQueue {
  return events.reduce(uploadQueue, open);
}

/** `a:running b:waiting` */
function states({ uploads }: UploadQueue): string {
  return uploads.map(({ id, status }) => `${id}:${status.state}`).join(" ");
}

describe("uploadQueue", () => {
  it("runs three large ones at once and lets the rest wait", () => {
    expect(states(after(added("a", "b"), added("c", "d", "e")))).toBe(
      "a:running b:running c:running d:waiting e:waiting",
    );
  });

  it("runs more at once where they are small, and lets none overtake a large one", () => {
    const ids = Array.from({ length: 14 }, (_, index) => `${index}`);
    const running = (queue: UploadQueue) =>
      queue.uploads.filter(({ status }) => status.state === "running").length;
    expect(running(after(addedOf(small, ids)))).toBe(12);
    expect(states(after(added("a", "b"), addedOf(small, ["c"]), added("d"), addedOf(small, ["e"])))).toBe(
      "a:running b:running c:running d:waiting e:waiting",
    );
  });

  it("starts nothing before the API is known, and then what was added first", () => {
    const early = uploadQueue(initialUploadQueue, added("a", "b", "c", "d"));
    expect(states(early)).toBe("a:waiting b:waiting c:waiting d:waiting");
    expect(states(uploadQueue(early, { type: "opened" }))).toBe("a:running b:running c:running d:waiting");
  });

  it.each([
    ["stored", stored("b")],
    ["failed", failed("b")],
    ["cancelled", { type: "cancelled", id: "b" } as const],
  ])("starts the next one when one is %s", (state, event) => {
    expect(states(after(added("a", "b", "c", "d", "e"), event))).toBe(
      `a:running b:${state} c:running d:running e:waiting`,
    );
  });

  it("cancels one that waits without ever starting it", () => {
    const queue = after(added("a", "b", "c", "d", "e"), { type: "cancelled", id: "d" }, stored("a"));
    expect(states(queue)).toBe("a:stored b:running c:running d:cancelled e:running");
  });

  it("puts one that is tried again behind those that wait", () => {
    const queue = after(added("a", "b", "c", "d", "e"), failed("a"), { type: "retried", id: "a" });
    expect(states(queue)).toBe("a:waiting b:running c:running d:running e:waiting");
    expect(states(uploadQueue(queue, stored("b")))).toBe("a:waiting b:stored c:running d:running e:running");
  });

  it("lets the next one start when one is paused, and that one wait for its turn when it goes on", () => {
    const paused = after(added("a", "b", "c", "d"), { type: "paused", id: "a" });
    expect(states(paused)).toBe("a:paused b:running c:running d:running");
    const resumed = uploadQueue(paused, { type: "resumed", id: "a" });
    expect(states(resumed)).toBe("a:waiting b:running c:running d:running");
    expect(states(uploadQueue(resumed, stored("c")))).toBe("a:running b:running c:stored d:running");
  });

  it("keeps in mind how far a paused one has come", () => {
    const queue = after(
      added("a"),
      { type: "progressed", id: "a", attempt: 1, progress },
      { type: "paused", id: "a" },
      { type: "progressed", id: "a", attempt: 1, progress: { ...progress, transferredBytes: 2 } }, // too late
      { type: "resumed", id: "a" },
    );
    expect(queue.uploads[0]?.status).toEqual({ state: "running", progress });
  });

  it("does not mistake news of an earlier attempt for news of this one", () => {
    const queue = after(added("a"), { type: "cancelled", id: "a" }, { type: "retried", id: "a" });
    expect(uploadQueue(queue, failed("a", 1))).toBe(queue);
    expect(uploadQueue(queue, stored("a", 1))).toBe(queue);
    expect(uploadQueue(queue, { type: "progressed", id: "a", attempt: 1, progress })).toBe(queue);
    expect(states(uploadQueue(queue, stored("a", 2)))).toBe("a:stored");
  });

  it("says stored when a cancellation came too late", () => {
    expect(states(after(added("a"), { type: "cancelled", id: "a" }, stored("a")))).toBe("a:stored");
  });

  it("keeps what has ended as it ended", () => {
    const queue = after(added("a", "b"), stored("a"), failed("b"));
    expect(uploadQueue(queue, { type: "cancelled", id: "a" }).uploads).toBe(queue.uploads);
    expect(uploadQueue(queue, { type: "retried", id: "a" })).toBe(queue);
    expect(uploadQueue(queue, { type: "progressed", id: "b", attempt: 1, progress })).toBe(queue);
  });

  it("dismisses only what has ended", () => {
    const queue = after(added("a", "b", "c", "d", "e"), stored("a"), failed("b"));
    expect(states(uploadQueue(queue, { type: "dismissed", id: "c" }))).toBe(states(queue));
    expect(states(uploadQueue(queue, { type: "dismissed", id: "b" }))).toBe(
      "a:stored c:running d:running e:running",
    );
    expect(states(uploadQueue(queue, { type: "finished-dismissed" }))).toBe("c:running d:running e:running");
  });

  it("keeps the rows of other files untouched, so that they need not be drawn", () => {
    const queue = after(added("a", "b"));
    const next = uploadQueue(queue, { type: "progressed", id: "a", attempt: 1, progress });
    expect(next.uploads[0]).not.toBe(queue.uploads[0]);
    expect(next.uploads[1]).toBe(queue.uploads[1]);
  });

  it("never runs more than allowed, loses none and starts in order, whatever happens", () => {
    let queue = open;
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let last = 0;
    for (let step = 0; step < 1000; step++) {
      const id = String(1 + random(Math.max(1, last)));
      const attempt = queue.uploads.find((upload) => upload.id === id)?.attempt ?? 1;
      const events: UploadEvent[] = [
        added(String(last + 1), String(last + 2)),
        stored(id, attempt),
        failed(id, attempt),
        { type: "paused", id },
        { type: "resumed", id },
        { type: "cancelled", id },
        { type: "retried", id },
        { type: "dismissed", id },
      ];
      const event = events[random(events.length)];
      if (event === undefined) continue;
      if (event.type === "added") last += 2;
      queue = uploadQueue(queue, event);
      const idsOf = (state: string) =>
        queue.uploads.filter(({ status }) => status.state === state).map((upload) => upload.id);
      expect(idsOf("running").length).toBeLessThanOrEqual(3);
      expect(queue.waiting.toSorted().join()).toBe(idsOf("waiting").toSorted().join());
      if (queue.waiting.length > 0) expect(idsOf("running")).toHaveLength(3);
    }
  });
});

describe("hasUnfinished", () => {
  it("is true while anything runs or waits", () => {
    expect(hasUnfinished(open)).toBe(false);
    expect(hasUnfinished(uploadQueue(initialUploadQueue, added("a")))).toBe(true);
    expect(hasUnfinished(after(added("a")))).toBe(true);
    expect(hasUnfinished(after(added("a"), { type: "paused", id: "a" }))).toBe(true);
    expect(hasUnfinished(after(added("a"), failed("a")))).toBe(false);
  });
});
