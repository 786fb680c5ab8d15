import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { WaybillError, type Checksum, type ListedObject, type Route, type RouteChoice } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { compareWithStored } from "../folders/compare-with-stored.ts";
import type { PathFilter } from "../folders/create-path-filter.ts";
import { findDownloads, type FoundDownload } from "../folders/find-downloads.ts";
import { formatCount, printable } from "../format.ts";
import { hintAtResuming } from "../hint-at-resuming.ts";
import { listObjects } from "../list-objects.ts";
import { statIfThere } from "../stat-if-there.ts";
import type { Terminal } from "../terminal.ts";
import { followTransfer } from "../transfers/follow-transfer.ts";
import { runTransfers, type Transfer } from "../transfers/run-transfers.ts";
import { summaryOf } from "../transfers/summary-of.ts";

export interface GetRecursiveOptions {
  /** The folder; made where it is not there yet. */
  output: string;
  filter: PathFilter;
  /** Replace files that are there and differ. */
  force: boolean;
  route: RouteChoice;
  /** Leave what has come of a file for a later run to go on with. */
  resume: boolean;
}

/** Download all that is stored below a prefix, several files at once, each to its own place. */
export async function getRecursive(
  context: CommandContext,
  prefix: string,
  { output, filter, force, resume, route }: GetRecursiveOptions,
): Promise<void> {
  const { json, terminal } = context;
  const startedAt = performance.now();
  await assertFolder(output);
  // Whole segments: what is below `a/b` is not below `a/bc`.
  const base = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const objects: ListedObject[] = [];
  for await (const object of listObjects(context, base)) objects.push(object);
  if (objects.length === 0) {
    throw new WaybillError("OBJECT_NOT_FOUND", `There is nothing below ${JSON.stringify(base)}.`);
  }
  const { downloads, refusals } = findDownloads(objects, { base, output, filter });
  await hintAtResuming(context, resume, () =>
    runTransfers(
      context,
      downloads.map((found) => toTransfer(context, found, { force, resume, route })),
      {
        refusals,
        inOrder: false,
        done: "in place",
        print: (got, above) => printGot(got, above, json),
        summarise: (done) => {
          if (!json) summarise(done, terminal, performance.now() - startedAt);
        },
      },
    ),
  );
}

function summarise(done: readonly Got[], terminal: Terminal, elapsedMs: number): void {
  const arrived = done.filter(({ skipped }) => !skipped);
  const skippedCount = done.length - arrived.length;
  if (arrived.length > 0 || skippedCount === 0) terminal.note(summaryOf(arrived, elapsedMs));
  if (skippedCount > 0) {
    const files = skippedCount === 1 ? "1 file was" : `${formatCount(skippedCount)} files were`;
    terminal.note(`${files} there already, with the same bytes.`);
  }
  const unproven = arrived.filter(({ verified }) => !verified).length;
  if (unproven > 0) {
    terminal.note(
      `NOT verified: ${formatCount(unproven)} of them; nothing that the store says proves these.`,
    );
  }
}

interface Got extends FoundDownload {
  checksum: Checksum;
  verified: boolean;
  /** It was there already. */
  skipped: boolean;
  /** Absent where nothing travelled. */
  route?: Route;
  routeReason?: string;
  durationMs: number;
}

function toTransfer(
  { client }: CommandContext,
  found: FoundDownload,
  { force, resume, route }: { force: boolean; resume: boolean; route: RouteChoice },
): Transfer<Got> {
  const { key, file, sizeBytes } = found;
  return {
    about: { key, file },
    sizeBytes,
    async run({ signal, onEvent }) {
      const startedAt = performance.now();
      const existing = await statIfThere(file);
      if (existing?.isDirectory()) throw new WaybillError("LOCAL_FILE", `${file} is a directory.`);
      let comparison: Awaited<ReturnType<typeof compareWithStored>> = "different";
      if (existing?.isFile() && existing.size === sizeBytes) {
        const stored = await client.call((api) => api.objects.head.query({ key }, { signal }), signal);
        const { checksum } = stored;
        comparison = await compareWithStored(file, stored, signal);
        if (checksum !== null && comparison === "same") {
          const durationMs = performance.now() - startedAt;
          return { ...found, checksum, verified: true, skipped: true, durationMs };
        }
      }
      if (existing !== undefined && !force) {
        const why = comparison === "unknown" ? "cannot be compared" : "differs";
        throw new WaybillError("LOCAL_FILE", `${file} is there already and ${why}; --force replaces it.`);
      }
      await makeFolderOf(file);
      const { checksum, verified, durationMs, ...got } = await followTransfer(
        client.startDownload(key, file, { keepPartial: resume, route, signal }),
        onEvent,
      );
      const way = { route: got.route, routeReason: got.routeReason };
      return { ...found, sizeBytes: got.sizeBytes, checksum, verified, skipped: false, ...way, durationMs };
    },
  };
}

function printGot(got: Got, terminal: Terminal, json: boolean): void {
  if (json) terminal.print(JSON.stringify({ ...got, durationMs: Math.round(got.durationMs) }));
  // A program gets the name as it is; a terminal would obey what somebody put into it.
  else if (!got.skipped) terminal.print(terminal.printsToTerminal ? printable(got.file) : got.file);
}

async function assertFolder(path: string): Promise<void> {
  const existing = await statIfThere(path);
  if (existing !== undefined && !existing.isDirectory()) {
    throw new WaybillError("LOCAL_FILE", `${path} is a file; name a folder with -o.`);
  }
}

async function makeFolderOf(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const reason =
      code === "EEXIST" || code === "ENOTDIR" ? "a file is in its place" : "it may not be written there";
    throw new WaybillError("LOCAL_FILE", `The folder of ${file} cannot be made: ${reason}.`, {
      cause: error,
    });
  }
}
