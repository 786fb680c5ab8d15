import type { TransferEvent } from "@waybill/client/node";
import { WaybillError, type WaybillErrorCode } from "@waybill/core";
import pMap from "p-map";
import type { CommandContext } from "../command-context.ts";
import { errorReport, IncompleteError, printError } from "../error-report.ts";
import { formatCount, printable } from "../format.ts";
import type { Terminal } from "../terminal.ts";
import { createTotalMeter } from "./create-total-meter.ts";
import { createTotalProgressBar } from "./create-total-progress-bar.ts";

/** Names a file in a line about its failure: by its place on this machine, where it has one. */
type TransferName = { file: string; key?: string } | { key: string };

/** One file of a command that moves several. */
export interface Transfer<Result> {
  about: TransferName;
  sizeBytes: number;
  run: (options: { signal: AbortSignal; onEvent: (event: TransferEvent) => void }) => Promise<Result>;
}

/** A file that was meant, and cannot even be begun. */
export interface Refusal {
  about: TransferName;
  error: unknown;
}

export interface RunOptions<Result> {
  refusals: readonly Refusal[];
  /** Tell of files in the order they were named in, not in which they are done. */
  inOrder: boolean;
  /** `uploaded`, for sentences about several files. */
  done: string;
  print: (result: Result, terminal: Terminal) => void;
  /** Tells what was done in all, whether or not it is everything. */
  summarise: (results: readonly Result[]) => void;
}

/** Files at once. Each may use several connections; more files would only wait for each other. */
const CONCURRENCY = 8;

/** What befalls one file would befall every other: going on would repeat one message a thousand times. */
const BEFALLS_ALL: ReadonlySet<WaybillErrorCode> = new Set([
  "API_UNREACHABLE",
  "API_UNKNOWN",
  "UNAUTHENTICATED",
  "IDENTITY_UNREACHABLE",
  "COLLECTION_NOT_FOUND",
  "ROUTE_UNAVAILABLE",
  "STORAGE_UNREACHABLE",
]);

/**
 * Move files, several at once, and tell of each. One that fails does not stop the others.
 *
 * @throws {IncompleteError} at the end, when something failed
 * @throws {WaybillError} `ABORTED` with what was done until then
 */
export async function runTransfers<Result>(
  context: Pick<CommandContext, "terminal" | "json" | "signal">,
  transfers: readonly Transfer<Result>[],
  options: RunOptions<Result>,
): Promise<void> {
  const meter = createTotalMeter({
    sizes: transfers.map(({ sizeBytes }) => sizeBytes),
    nowMs: () => performance.now(),
  });
  using bar = createTotalProgressBar(context, meter.progress);
  const { terminal } = bar;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const results: Result[] = [];
  const failed: string[] = [];

  function tellFailure({ about, error }: Refusal) {
    const name = "file" in about ? about.file : about.key;
    const { code, message } = errorReport(error);
    failed.push(name);
    const isNamed = code === "LOCAL_FILE" && message.includes(name);
    const named = isNamed ? message : `${name}: ${message}`;
    const sentence = context.json ? message : printable(named);
    printError({ terminal, json: context.json }, { code, message: sentence, ...about });
  }

  // What there is to tell of each, until it is its turn.
  const waiting = new Map<number, () => void>();
  let turn = 0;
  function tell(index: number, line: () => void) {
    if (!options.inOrder) return line();
    waiting.set(index, line);
    for (let next = waiting.get(turn); next !== undefined; next = waiting.get(++turn)) next();
  }

  async function runOne(transfer: Transfer<Result>, index: number) {
    if (signal.aborted) return tell(index, () => {});
    const { onEvent, settle } = meter.follow(transfer.sizeBytes);
    try {
      const result = await transfer.run({ signal, onEvent });
      results.push(result);
      tell(index, () => options.print(result, terminal));
    } catch (error) {
      const failure = { about: transfer.about, error };
      tell(index, signal.aborted ? () => {} : () => tellFailure(failure));
      if (error instanceof WaybillError && BEFALLS_ALL.has(error.code)) stop.abort(error);
    } finally {
      settle();
    }
  }

  for (const refusal of options.refusals) tellFailure(refusal);
  await pMap(transfers, runOne, { concurrency: CONCURRENCY });
  bar[Symbol.dispose]();
  // Of what was interrupted at once there is nothing to tell.
  if (results.length > 0 || !context.signal.aborted) options.summarise(results);
  const count = transfers.length + options.refusals.length;
  const doneSoFar = `${formatCount(results.length)} of ${formatCount(count)} files ${options.done}`;
  if (context.signal.aborted) throw new WaybillError("ABORTED", `Interrupted: ${doneSoFar}.`);
  if (failed.length > 0) {
    const untried = count - results.length - failed.length;
    const rest = untried === 0 ? "" : `, ${formatCount(untried)} given up`;
    throw new IncompleteError(`${doneSoFar}${rest}. Failed: ${namesOf(failed)}.`);
  }
}

const NAMES_SHOWN = 10;

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(printable).join(", ");
  return names.length <= NAMES_SHOWN ? shown : `${shown} and ${formatCount(names.length - NAMES_SHOWN)} more`;
}
