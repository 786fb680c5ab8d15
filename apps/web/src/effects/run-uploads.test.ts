import type { UploadOptions, UploadResult } from "@waybill/client/browser";
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
  lastModified: "2026-01-01T00:00:00Z",
  route: "presigned",
  partCount: 1,
  resumedBytes: 0,
  durationMs: 1,
};

function setUp() {
  const sent: { file: File; options: UploadOptions; end: PromiseWithResolvers<UploadResult> }[] = [];
  const arrived: string[] = [];
  const store = createStore(uploadQueue, initialUploadQueue);
  const run = createUploadRunner({
    upload(file, options) {
      const end = Promise.withResolvers<UploadResult>();
      sent.push({ file, options, end });
      return end.promise;
    },
    dispatch: store.dispatch,
    onStored: ({ key }) => void arrived.push(key),
  });
  store.subscribe(({ uploads }) => run(uploads));
  const send = (...events: UploadEvent[]) => events.forEach(store.dispatch);
  const files = ["1", "2", "3", "4"].map((id) => ({ id, file: new File(["x"], `${id}.txt`) }));
  send({ type: "opened" }, { type: "added", files });
  const states = () => store.state.uploads.map(({ status }) => status.state);
  const nthSent = (index: number) => {
    const nth = sent[index];
    if (nth === undefined) throw new Error(`Nothing was sent at ${index}.`);
    return nth;
  };
  return {
    sent,
    arrived,
    send,
    states,
    nthSent,
    settled: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

describe("createUploadRunner", () => {
  it("sends what runs, once, and the next when one has ended", async () => {
    const { sent, arrived, states, nthSent, settled } = setUp();
    expect(sent.map(({ file }) => file.name)).toEqual(["1.txt", "2.txt", "3.txt"]);
    nthSent(1).options.onProgress?.({
      transferredBytes: 0,
      acknowledgedBytes: 0,
      totalBytes: 1,
      bytesPerSecond: 0,
      secondsLeft: undefined,
    });
    nthSent(1).end.resolve(result);
    await settled();
    expect(states()).toEqual(["running", "stored", "running", "running"]);
    expect(sent).toHaveLength(4);
    expect(arrived).toEqual(["k"]);
  });

  it("aborts what is cancelled and is silent about it", async () => {
    const { send, states, nthSent, settled } = setUp();
    const { options, end } = nthSent(0);
    send({ type: "cancelled", id: "1" });
    expect(options.signal?.reason).toMatchObject({ code: "ABORTED" });
    end.reject(options.signal?.reason);
    await settled();
    expect(states()).toEqual(["cancelled", "running", "running", "running"]);
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
    expect(nthSent(4).options.signal?.aborted).toBe(false);
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
