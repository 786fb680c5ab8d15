import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pLimit from "p-limit";
import { bundlePage } from "../rig/bundle-page.ts";
import type { Cell } from "./cell.ts";
import { ClientName, COLUMNS, ROUTE_COLUMNS, titleOf, type Column } from "./clients.ts";
import { ALL_FAULTS } from "./faults/all-faults.ts";
import { launchChromium } from "../rig/launch-chromium.ts";
import { toDocument, toTable, toTally, type MatrixRow } from "./report.ts";
import { runCell } from "./run-cell.ts";

/**
 * `pnpm fault-matrix [--routes] [--client NAME]… [--fault NAME]…`: all clients as they come, or ours on its other
 * routes; the file is written when nothing was left out.
 */
const { values } = parseArgs({
  options: {
    client: { type: "string", multiple: true },
    fault: { type: "string", multiple: true },
    routes: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

/** Cells at once: more would be slow for reasons that have nothing to do with their faults. */
const CONCURRENCY = 2;
const PAGE = fileURLToPath(new URL("page/main.ts", import.meta.url));
const MATRIX = values.routes
  ? { columns: ROUTE_COLUMNS, document: "fault-matrix-routes" }
  : { columns: COLUMNS, document: "fault-matrix" };
const TARGET = new URL(`../../../docs/${MATRIX.document}.md`, import.meta.url);

const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.list) {
  print(`clients: ${ClientName.options.join(" ")}\nfaults: ${ALL_FAULTS.map(({ name }) => name).join(" ")}`);
} else {
  const columns = MATRIX.columns.filter(({ client }) => values.client?.includes(client) ?? true);
  const faults = ALL_FAULTS.filter(({ name }) => values.fault?.includes(name) ?? true);
  if (columns.length < (values.client?.length ?? 0) || faults.length < (values.fault?.length ?? 0))
    throw new Error("There is no such client or fault: see --list.");
  await runMatrix(columns, faults);
}

/** One cell less, and a run that does not end well; the others go on. */
function ofBrokenRig(error: unknown): Cell {
  process.exitCode = 1;
  return { outcome: "not run", detail: `the rig broke: ${String(error)}`, notes: [] };
}

async function runMatrix(columns: readonly Column[], faults: typeof ALL_FAULTS): Promise<void> {
  const startedAt = performance.now();
  const page = await bundlePage(PAGE);
  const browser = await launchChromium();
  const limit = pLimit(CONCURRENCY);
  const stopping = new AbortController();
  // The cells that run end in order then, so that no process, folder or mount is left behind.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stopping.abort());
  const tools = { browser, page, stop: stopping.signal };
  const runRow = async (fault: (typeof ALL_FAULTS)[number]): Promise<MatrixRow> => {
    const run = async (column: Column): Promise<[string, Cell]> => {
      const cell = await limit(() => runCell(fault, column, tools).catch(ofBrokenRig));
      print([fault.name, titleOf(column), JSON.stringify(cell)].join("  "));
      return [titleOf(column), cell];
    };
    return { fault, cells: new Map(await Promise.all(columns.map(run))) };
  };
  try {
    const rows = await Promise.all(faults.map(runRow));
    if (stopping.signal.aborted) return;
    const minutes = (performance.now() - startedAt) / 60_000;
    print(`\n${toTable(rows, columns)}\n\n${toTally(rows, columns)}`);
    if (values.client === undefined && values.fault === undefined)
      await writeFile(
        TARGET,
        await toDocument(rows, {
          template: `${MATRIX.document}.template.md`,
          columns,
          chromium: browser.version(),
          minutes,
        }),
      );
  } finally {
    await browser.close();
  }
}
