import { WaybillError } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createTransfer,
  type Ending,
  type Transfer,
  type TransferEvent,
  type TransferRun,
} from "./transfer.ts";
import { isEnded, nextTransferState, type TransferState, type TransferStep } from "./transfer-state.ts";

/** A transfer whose runs the test ends. */
function transferOf(signal?: AbortSignal) {
  const runs: (TransferRun & { finish: (value: string) => void; fail: (error: unknown) => void })[] = [];
  const endings: Ending[] = [];
  const transfer: Transfer<string> = createTransfer({
    signal,
    run: (run) =>
      new Promise<string>((resolve, reject) => {
        runs.push({ ...run, finish: resolve, fail: reject });
        run.signal.addEventListener("abort", () => reject(run.signal.reason), { once: true });
        run.step({ type: "moving" });
      }),
    end: async (ending) => void endings.push(ending),
  });
  return { transfer, runs, endings };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a transfer", () => {
  it("goes on where it was held", async () => {
    const { transfer, runs, endings } = transferOf();
    await settled();
    transfer.pause();
    expect(transfer.state.phase).toBe("paused");
    await settled();
    expect(runs).toHaveLength(1);
    expect(runs[0]?.signal.aborted).toBe(true);
    transfer.resume();
    await settled();
    runs[1]?.finish("all");
    expect(await transfer.result).toBe("all");
    expect(transfer.state).toEqual({ phase: "done" });
    expect(endings).toEqual(["done"]);
  });

  it.each(["running", "paused"])("is cancelled for good while it is %s", async (when) => {
    const { transfer, runs, endings } = transferOf();
    await settled();
    if (when === "paused") transfer.pause();
    await transfer.cancel();
    await expect(transfer.result).rejects.toMatchObject({ code: "ABORTED" });
    expect(transfer.state).toEqual({ phase: "cancelled" });
    expect(endings).toEqual(["cancelled"]);
    transfer.resume();
    await settled();
    expect(runs).toHaveLength(1);
  });

  it("ends with the reason of its signal", async () => {
    const controller = new AbortController();
    const { transfer, endings } = transferOf(controller.signal);
    await settled();
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(transfer.result).rejects.toBe(reason);
    expect(endings).toEqual(["aborted"]);
  });

  it("tells its failure in words that survive JSON", async () => {
    const { transfer, runs } = transferOf();
    await settled();
    runs[0]?.fail(new WaybillError("STORAGE_DENIED", "No."));
    await expect(transfer.result).rejects.toThrow("No.");
    expect(JSON.parse(JSON.stringify(transfer.state))).toEqual({
      phase: "failed",
      code: "STORAGE_DENIED",
      message: "No.",
    });
  });

  it("can be iterated: every state, the newest progress, and then the end", async () => {
    const { transfer, runs } = transferOf();
    const events: TransferEvent[] = [];
    const reading = (async () => {
      for await (const event of transfer) events.push(event);
    })();
    await settled();
    const progress = (bytes: number) => ({
      transferredBytes: bytes,
      acknowledgedBytes: bytes,
      totalBytes: 9,
      bytesPerSecond: 1,
      secondsLeft: 1,
    });
    for (let bytes = 1; bytes <= 9; bytes++) runs[0]?.onProgress(progress(bytes));
    await settled();
    runs[0]?.finish("all");
    await reading;
    expect(events.flatMap((event) => (event.type === "state" ? [event.state.phase] : []))).toEqual([
      "preparing",
      "moving",
      "done",
    ]);
    const seen = events.flatMap((event) => (event.type === "progress" ? [event.progress] : []));
    expect(seen.at(-1)).toEqual(progress(9));
    expect(seen.length).toBeLessThan(9);
  });
});

describe("the states of a transfer", () => {
  const steps: TransferStep[] = [
    { type: "started" },
    { type: "moving" },
    { type: "finishing" },
    { type: "paused" },
    { type: "done" },
    { type: "failed", code: "INTERNAL", message: "x" },
    { type: "cancelled" },
  ];
  const saved = {
    version: 1 as const,
    key: "k",
    uploadId: "u",
    plan: { kind: "multipart" as const, sizeBytes: 9, partSizeBytes: 5, partCount: 2 },
    modifiedAtMs: 1,
  };

  it("end once, and keep what is needed to go on until then", () => {
    const sequences = fc.array(fc.constantFrom(...steps), { maxLength: 30 });
    const keepsToIt = fc.property(sequences, (sequence) => {
      let state: TransferState = nextTransferState({ phase: "preparing" }, { type: "moving", saved });
      for (const step of sequence) {
        const next = nextTransferState(state, step);
        if (isEnded(state)) expect(next).toBe(state);
        if (state.phase === "paused")
          expect(["paused", "preparing", "done", "failed", "cancelled"]).toContain(next.phase);
        if (!isEnded(next) || next.phase === "failed") expect(next).toMatchObject({ saved });
        state = next;
      }
    });
    expect(() => fc.assert(keepsToIt)).not.toThrow();
  });
});
