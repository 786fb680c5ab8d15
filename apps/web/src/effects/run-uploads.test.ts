import type { Transfer, TransferEvent, UploadResult } from "@waybill/client/browser";
import { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { initialUploadQueue, uploadQueue, type UploadEvent } from "../state/upload-queue.ts";
import { createStore } from "../state/store.ts";
import { createUploadRunner } from "./run-uploads.ts";

const result: UploadResult = {
  key: "k",
  fileName: "a",
  contentType: "text/plain",
  metadata: {},
  sizeBytes: 1,
  eTag: '"e"',
  checksum: { algorithm: "CRC64NVME", value: "AAAAAAAAAAA=" },
  route: "presigned",
  routeReason: "It was asked for.",
  retentionDays: undefined,
  partCount: 1,
  resumedBytes: 0,
  after: undefined,
  durationMs: 1,
};

/** A transfer that does nothing but note what it is told. */
function fakeTransfer(file: File) {
  const end = Promise.withResolvers<UploadResult>();
  const told: string[] = [];
  const letGo = Promise.withResolvers<void>();
  let emit: (event: TransferEvent) => void = () => {};
  const transfer: Transfer<UploadResult> = {
    state: { phase: "moving" },
    result: end.promise,
    pause: () => void told.push("pause"),
    resume: () => void told.push("resume"),
    async cancel() {
      if (told.includes("cancel")) return;
      told.push("cancel");
      Object.assign(transfer, { state: { phase: "cancelled" } });
      await Promise.race([letGo.promise, end.promise.catch(() => {})]);
    },
    subscribe(listener) {
      emit = listener;
      return () => {};
    },
    async *[Symbol.asyncIterator]() {},
  };
  return { file, end, letGo, told, transfer, emit: (event: TransferEvent) => emit(event) };
}

function setUp() {
  const sent: ReturnType<typeof fakeTransfer>[] = [];
  const arrived: string[] = [];
  const store = createStore(uploadQueue, initialUploadQueue);
  const run = createUploadRunner({
    start({ file }) {
      const fake = fakeTransfer(file);
      sent.push(fake);
      return fake.transfer;
    },
    dispatch: store.dispatch,
    onStored: ({ key }) => void arrived.push(key),
  });
  store.subscribe(({ uploads }) => run(uploads));
  const send = (...events: UploadEvent[]) => events.forEach(store.dispatch);
  // Of which three run at once.
  const large = (name: string) =>
    Object.defineProperty(new File(["x"], name), "size", { value: 17 * 1024 ** 2 });
  const files = ["1", "2", "3", "4"].map((id) => ({ id, file: large(`${id}.txt`) }));
  send({ type: "opened" }, { type: "added", files });
  const states = () => store.state.uploads.map(({ status }) => status.state);
  const nthSent = (index: number) => {
    const nth = sent[index];
    if (nth === undefined) throw new Error(`Nothing was sent at ${index}.`);
    return nth;
  };
  return {
    store,
    sent,
    arrived,
    send,
    states,
    nthSent,
    settled: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

const progress = {
  transferredBytes: 0,
  acknowledgedBytes: 0,
  totalBytes: 1,
  bytesPerSecond: 0,
  secondsLeft: undefined,
};

describe("createUploadRunner", () => {
  it("sends what runs, once, and the next when one has ended", async () => {
    const { sent, arrived, states, nthSent, settled } = setUp();
    expect(sent.map(({ file }) => file.name)).toEqual(["1.txt", "2.txt", "3.txt"]);
    nthSent(1).emit({ type: "progress", progress });
    nthSent(1).end.resolve(result);
    await settled();
    expect(states()).toEqual(["running", "stored", "running", "running"]);
    expect(sent).toHaveLength(4);
    expect(arrived).toEqual(["k"]);
  });

  it("cancels what is cancelled and is silent about it", async () => {
    const { send, states, nthSent, settled } = setUp();
    const { told, end } = nthSent(0);
    send({ type: "cancelled", id: "1" });
    expect(told).toContain("cancel");
    end.reject(new WaybillError("ABORTED"));
    await settled();
    expect(states()).toEqual(["cancelled", "running", "running", "running"]);
  });

  it("tries again what was cancelled when that has let go of it, and not before", async () => {
    const { sent, send, states, nthSent, settled } = setUp();
    send({ type: "cancelled", id: "4" }, { type: "cancelled", id: "1" }, { type: "retried", id: "1" });
    await settled();
    expect(states()).toEqual(["running", "running", "running", "cancelled"]);
    expect(sent).toHaveLength(3);
    nthSent(0).letGo.resolve();
    await settled();
    expect(sent.map(({ file }) => file.name)).toEqual(["1.txt", "2.txt", "3.txt", "1.txt"]);
    expect(nthSent(3).told).toEqual([]);
  });

  it("reports a failure in its own words, and sends again when asked", async () => {
    const { sent, send, states, nthSent, settled } = setUp();
    nthSent(0).end.reject(new WaybillError("STORAGE_BUSY"));
    await settled();
    expect(states()).toEqual(["failed", "running", "running", "running"]);
    nthSent(1).end.resolve(result);
    await settled();
    send({ type: "retried", id: "1" });
    expect(sent.map(({ file }) => file.name)).toEqual(["1.txt", "2.txt", "3.txt", "4.txt", "1.txt"]);
    expect(nthSent(4).told).not.toContain("cancel");
  });

  it("pauses what is paused, and lets it go on in its turn", () => {
    const { sent, send, states, nthSent } = setUp();
    send({ type: "paused", id: "1" });
    expect(nthSent(0).told).toContain("pause");
    expect(states()).toEqual(["paused", "running", "running", "running"]);
    send({ type: "resumed", id: "1" });
    expect(states()).toEqual(["waiting", "running", "running", "running"]);
    expect(nthSent(0).told).not.toContain("resume");
    send({ type: "cancelled", id: "2" });
    expect(nthSent(0).told).toContain("resume");
    expect(sent).toHaveLength(4);
  });

  it("tells what an upload waits for, until it moves again", () => {
    const { states, store, nthSent } = setUp();
    nthSent(0).emit({ type: "waiting", error: new WaybillError("STORAGE_UNREACHABLE") });
    nthSent(1).emit({ type: "waiting", error: new WaybillError("STORAGE_BUSY") });
    const statuses = () => store.state.uploads.slice(0, 2).map(({ status }) => status);
    expect(statuses()).toMatchObject([{ obstacle: "network" }, { obstacle: "store" }]);
    nthSent(0).emit({ type: "progress", progress });
    expect(statuses()[0]).toEqual({ state: "running", progress });
    expect(states()[0]).toBe("running");
  });

  it("reports a file that arrived although it was cancelled", async () => {
    const { arrived, send, states, nthSent, settled } = setUp();
    send({ type: "cancelled", id: "1" });
    nthSent(0).end.resolve(result);
    await settled();
    expect(states()[0]).toBe("stored");
    expect(arrived).toEqual(["k"]);
  });
});
