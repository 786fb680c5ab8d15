import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { versionOf } from "../rig/version-of.ts";
import type { Cell } from "./cell.ts";
import { CLIENTS, COLUMNS, titleOf, type Column } from "./clients.ts";
import type { FaultRow } from "./faults/fault-row.ts";

/** What came out, row by row. */
export interface MatrixRow {
  fault: FaultRow;
  /** By the titles of their columns. */
  cells: ReadonlyMap<string, Cell>;
}

export function toTable(rows: readonly MatrixRow[], columns: readonly Column[]): string {
  const titles = columns.map(titleOf);
  const head = ["fault", ...titles];
  const body = rows.map(({ fault, cells }) => [
    fault.title,
    ...titles.map((title) => toText(cells.get(title))),
  ]);
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

function toText(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const { outcome, detail, seconds, notes } = cell;
  const isBad = /^[A-Z]/.test(outcome);
  const said = [isBad ? `**${outcome}**` : outcome, detail].filter((text) => text !== undefined).join(" ");
  const time = seconds === undefined ? [] : [`${seconds.toFixed(1)} s`];
  return [said, ...time, ...notes].join(", ");
}

export function toTally(rows: readonly MatrixRow[], columns: readonly Column[]): string {
  const lines = columns.map(titleOf).map((title) => {
    const counts = new Map<string, number>();
    for (const { cells } of rows) {
      const outcome = cells.get(title)?.outcome;
      if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const said = Array.from(counts, ([outcome, count]) => `${count} ${outcome}`).join(", ");
    return `- ${title}: ${said}`;
  });
  return lines.join("\n");
}

/** A document of docs/. The text around its table is in a template beside this file. */
export async function toDocument(
  rows: readonly MatrixRow[],
  run: { template: string; columns: readonly Column[]; chromium: string; minutes: number },
): Promise<string> {
  const { columns } = run;
  const clients = COLUMNS.map(({ client }) => client);
  const template = await readFile(new URL(run.template, import.meta.url), "utf8");
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB`;
  const values: Record<string, string> = {
    TABLE: toTable(rows, columns),
    TALLY: toTally(rows, columns),
    CLIENTS: clients.map((client) => `- **${CLIENTS[client].title}**: ${CLIENTS[client].setup}`).join("\n"),
    FAULTS: rows.map(({ fault }) => `- **${fault.title}** (\`${fault.name}\`): ${fault.how}`).join("\n"),
    VERSIONS: await versions(run.chromium),
    MACHINE: `${machine}, ${process.platform}; the whole run took ${run.minutes.toFixed(0)} minutes`,
  };
  return template.replace(/\{\{([A-Z]+)\}\}/g, (_, name: string) => values[name] ?? "");
}

const PEERS = [
  "@uppy/core",
  "@uppy/aws-s3",
  "@better-upload/client",
  "@better-upload/server",
  "@aws-sdk/client-s3",
  "@aws-sdk/lib-storage",
];

async function versions(chromium: string): Promise<string> {
  const peers = await Promise.all(PEERS.map(async (name) => `${name} ${await versionOf(name)}`));
  return [`Node ${process.versions.node}`, `Chromium ${chromium}`, ...peers].join(", ");
}
