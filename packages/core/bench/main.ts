import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { benchChecksum } from "./checksum.ts";
import { benchSign } from "./sign.ts";

/** `pnpm bench [sign] [checksum]`: measure, print, and write docs/benchmarks.md when everything was measured. */
const SUITES: Record<string, () => Promise<string>> = { sign: benchSign, checksum: benchChecksum };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there is ${Object.keys(SUITES).join(", ")}.`);
  process.exit(2);
}

const tables: string[] = [];
for (const [name, run] of Object.entries(SUITES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const table = await run();
  tables.push(table);
  console.log(table);
}
if (tables.length === Object.keys(SUITES).length) {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
  const intro = [
    "# Benchmarks",
    "",
    "Written by `npx pnpm bench`. All of one table ran in one process, turn by turn; medians of 7 rounds after a",
    "warm-up. Trust the ratios, not the seconds.",
    "",
    `Machine: ${machine}.`,
    "",
  ].join("\n");
  await writeFile(new URL("../../../docs/benchmarks.md", import.meta.url), `${intro}\n${tables.join("\n")}`);
}
