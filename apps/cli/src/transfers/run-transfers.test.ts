import { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import type { Terminal } from "../terminal.ts";
import { runTransfers, type Transfer } from "./run-transfers.ts";

function open({ json = false } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    print: (line) => void out.push(line),
    note: (line) => void err.push(line),
    interactive: false,
    columns: 80,
    printsToTerminal: false,
  };
  const interrupt = new AbortController();
  const context = { terminal, json, signal: interrupt.signal };
  const summed: string[][] = [];
  const run = (
    transfers: Transfer<string>[],
    { inOrder = true, refusals = [] as { about: { file: string }; error: unknown }[] } = {},
  ) =>
    runTransfers(context, transfers, {
      refusals,
      inOrder,
      done: "uploaded",
      print: (name, above) => above.print(name),
      summarise: (done) => void summed.push([...done]),
    });
  return { run, out, err, interrupt, summed };
}

const file = (name: string, run: Transfer<string>["run"] = async () => name): Transfer<string> => ({
  about: { file: name },
  sizeBytes: 1,
  run,
});
const failing = (name: string, error: unknown) => file(name, () => Promise.reject(error));

describe("runTransfers", () => {
  it.each([
    [true, ["slow", "quick"]],
    [false, ["quick", "slow"]],
  ])("tells of files in their order: %j", async (inOrder, expected) => {
    const { run, out } = open();
    const quickIsDone = Promise.withResolvers<void>();
    const slow = file("slow", async () => {
      await quickIsDone.promise;
      return "slow";
    });
    const quick = file("quick", async () => {
      setImmediate(quickIsDone.resolve); // once it is told of
      return "quick";
    });
    await run([slow, quick], { inOrder });
    expect(out).toEqual(expected);
  });

  it("has at most eight files on their way", async () => {
    const { run, out } = open();
    let running = 0;
    let most = 0;
    const counted = Array.from({ length: 40 }, (_, index) =>
      file(String(index), async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return String(index);
      }),
    );
    await run(counted);
    expect(most).toBe(8);
    expect(out).toEqual(counted.map((_, index) => String(index)));
  });

  it("goes on after a failure, names each, and fails in the end", async () => {
    const { run, out, err, summed } = open();
    const error = new WaybillError("LOCAL_FILE", "c may not be read.");
    const running = run([file("a"), failing("b", new WaybillError("SOURCE_CHANGED")), file("d")], {
      refusals: [{ about: { file: "c" }, error }],
    });
    await expect(running).rejects.toMatchObject({
      code: "INCOMPLETE",
      message: "2 of 4 files uploaded. Failed: c, b.",
    });
    expect(out).toEqual(["a", "d"]);
    expect(err).toEqual([
      "waybill: c may not be read.",
      "waybill: b: The file changed while it was being sent.",
    ]);
    expect(summed).toEqual([["a", "d"]]);
  });

  it("tells a program of each failure on a line of its own", async () => {
    const { run, err } = open({ json: true });
    await expect(run([failing("b", new Error("odd"))])).rejects.toThrow("0 of 1 files");
    expect(err.map((line) => JSON.parse(line) as unknown)).toEqual([
      { error: { code: "INTERNAL", message: "odd", file: "b" } },
    ]);
  });

  it("names the first ten of many failures", async () => {
    const { run } = open();
    const many = Array.from({ length: 12 }, (_, index) => failing(`f${index}`, new Error("odd")));
    await expect(run(many)).rejects.toThrow("f8, f9 and 2 more.");
  });

  it("gives up the rest when every other file would fail likewise", async () => {
    const { run, err } = open();
    const waits = file("waits", ({ signal }) => {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    });
    const unreachable = file("first", async () => {
      await new Promise(setImmediate); // the others have begun by then
      throw new WaybillError("API_UNREACHABLE");
    });
    await expect(run([waits, file("done"), unreachable])).rejects.toThrow(
      "1 of 3 files uploaded, 1 given up. Failed: first.",
    );
    expect(err).toEqual(["waybill: first: The API cannot be reached."]);
  });

  it("stops all when it is interrupted, and says what was done", async () => {
    const { run, out, interrupt } = open();
    const endless = file("endless", ({ signal }) => {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        interrupt.abort(new WaybillError("ABORTED"));
      });
    });
    await expect(run([file("a"), endless, file("b")], { inOrder: false })).rejects.toMatchObject({
      code: "ABORTED",
      message: expect.stringMatching(/^Interrupted: [12] of 3 files uploaded\.$/) as string,
    });
    expect(out).toContain("a");
    expect(out).not.toContain("endless");
  });

  it("begins nothing when it is interrupted before", async () => {
    const { run, out, err, interrupt, summed } = open();
    interrupt.abort(new WaybillError("ABORTED"));
    await expect(run([file("a")])).rejects.toThrow("Interrupted: 0 of 1 files uploaded.");
    expect([out, err, summed]).toEqual([[], [], []]);
  });
});
