import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";
import { build } from "vite";
import * as z from "zod/mini";
import { launchChromium } from "../e2e/launch-chromium.ts";

/** The very same script in Node and in Chromium, turn by turn. */
const ROUNDS = 7;
const MEASURE = "bench.timeCrc64Nvme(256)";

const entry = fileURLToPath(new URL("time-crc.ts", import.meta.url));
const built = await build({
  configFile: false,
  logLevel: "error",
  build: { write: false, lib: { entry, name: "bench", formats: ["iife"] } },
});
const [output] = [built].flat();
const code = output !== undefined && "output" in output ? output.output[0].code : "";

runInThisContext(code);
await using browser = await launchChromium();
const page = await browser.newPage();
await page.addScriptTag({ content: code });

const samples: { node: number[]; chromium: number[] } = { node: [], chromium: [] };
for (let round = 0; round <= ROUNDS; round++) {
  const node = z.number().parse(runInThisContext(MEASURE));
  const chromium = z.number().parse(await page.evaluate(MEASURE));
  if (round === 0) continue; // to warm up
  samples.node.push(node);
  samples.chromium.push(chromium);
}
const node = median(samples.node);
const chromium = median(samples.chromium);
console.log(
  [
    "## Checksums in a browser",
    "",
    `One script with Waybill's CRC64NVME, bundled by Vite, in Node and in Chromium ${browser.version()} by turns: 256 MiB a`,
    `round, medians of ${ROUNDS} rounds after one to warm up.`,
    "",
    "| | MB/s | x Node |",
    "| --- | ---: | ---: |",
    `| Node ${process.versions.node} | ${node.toFixed(0)} | 1.00 |`,
    `| Chromium | ${chromium.toFixed(0)} | ${(chromium / node).toFixed(2)} |`,
  ].join("\n"),
);

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
