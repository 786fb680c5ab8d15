import { WaybillError } from "@waybill/core";
import { createWaybillClient } from "@waybill/client/node";
import { describe, expect, it } from "vitest";
import { runJob } from "./run-job.ts";

describe("runJob", () => {
  it("goes on after a failure, which it logs without the details of an unknown error", async () => {
    using client = createWaybillClient({ url: "http://127.0.0.1:1" });
    const stop = new AbortController();
    const events: Record<string, unknown>[] = [];
    const outcomes = [new WaybillError("STORAGE_BUSY"), new Error("secret detail")];
    const run = async () => {
      const error = outcomes.shift();
      if (error !== undefined) throw error;
      stop.abort();
    };
    await runJob(
      { name: "test", everyMs: 1, run },
      { client, now: () => new Date(), log: (event) => events.push(event), signal: stop.signal },
    );
    expect(events).toEqual([
      { event: "job-failed", job: "test", code: "STORAGE_BUSY", message: "The store is busy." },
      { event: "job-failed", job: "test", code: "INTERNAL", message: "Something went wrong inside Waybill." },
    ]);
  });
});
