import { WaybillError } from "@waybill/core";
import { EMPTY_LEDGER, Ledger } from "../ledger.ts";
import type { Records } from "../records.ts";

/** What becomes of a write. `late`: its answer is lost, and it arrives only after others have read and written. */
export type WriteFault = "none" | "conflict" | "unanswered" | "carriedOut" | "late";

/**
 * Records in memory, as a store behaves that loses requests and answers.
 *
 * @param options.turn - resolves when this step may happen: whoever gives turns decides who is faster
 * @param options.faults - of the writes, in order; none afterwards
 */
export function createFaultyRecords(options: {
  turn: () => Promise<unknown>;
  faults?: readonly WriteFault[];
}): Records & { writes: () => number; reads: () => number; ledgerOf: (name: string) => Ledger } {
  const { turn, faults = [] } = options;
  const held = new Map<string, { text: string; version: string }>();
  let versions = 0;
  let writes = 0;
  let reads = 0;

  function replace(name: string, text: string, version: string | undefined): string | undefined {
    if (held.get(name)?.version !== version) return undefined;
    const written = { text, version: String(++versions) };
    held.set(name, written);
    return written.version;
  }

  const lost = () => new WaybillError("STORAGE_UNREACHABLE");
  return {
    async read(name) {
      reads += 1;
      await turn();
      const found = held.get(name);
      await turn();
      return found;
    },
    async write(name, text, version) {
      const fault = faults[writes++] ?? "none";
      await turn();
      if (fault === "conflict") return undefined;
      if (fault === "unanswered") throw lost();
      if (fault === "late") {
        void turn().then(() => replace(name, text, version));
        throw lost();
      }
      const written = replace(name, text, version);
      await turn();
      if (fault === "carriedOut") throw lost();
      return written;
    },
    writes: () => writes,
    reads: () => reads,
    ledgerOf: (name) => Ledger.parse(JSON.parse(held.get(name)?.text ?? JSON.stringify(EMPTY_LEDGER))),
  };
}
