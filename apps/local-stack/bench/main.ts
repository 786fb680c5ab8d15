import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { withSection } from "./benchmarks-document.ts";

/**
 * `pnpm bench [name]…`: measure all or some, and write their sections of docs/benchmarks.md anew.
 *
 * Each is a program of its own, so that none runs in what another left behind. It prints its section, which begins
 * with a heading `## …`; what it says on the way goes to stderr.
 */
const BENCHES: Record<string, string> = {
  sign: "packages/core/bench/sign.ts",
  parts: "packages/api/bench/ten-thousand-parts.ts",
  cold: "apps/lambda/bench/cold.ts",
  checksum: "packages/core/bench/checksum.ts",
  chromium: "apps/local-stack/bench/chromium.ts",
  transfer: "packages/client/bench/transfer.ts",
  browser: "packages/client/bench/browser.ts",
};

const root = fileURLToPath(new URL("../../../", import.meta.url));
const file = `${root}docs/benchmarks.md`;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there is ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(2);
}

const measuredOn = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
for (const [name, program] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { status, stdout } = spawnSync(process.execPath, [`${root}${program}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`The benchmark ${name} failed.`);
  console.log(stdout);
  writeFileSync(file, withSection(readFileSync(file, "utf8"), stdout, measuredOn));
}
execFileSync("oxfmt", [file], { stdio: "inherit" });
