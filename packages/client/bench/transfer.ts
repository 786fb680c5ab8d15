import { once } from "node:events";
import { randomFillSync } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { firstLine, medianOf, startProcess, type Sample } from "./processes.ts";

/*
 * One large file up and down, Waybill beside others, turn by turn, each in a process of its own:
 *
 *   node bench/transfer.ts [--mib 1024] [--rounds 5] [--folder /dev/shm] [--only TEXT] [--tls-key FILE --tls-cert FILE]
 *
 * All are bundled, as an application would be. With `--tls-cert` set NODE_EXTRA_CA_CERTS to the same file.
 */
const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "1024" },
    rounds: { type: "string", default: "5" },
    folder: { type: "string", default: tmpdir() },
    only: { type: "string", default: "" },
    "tls-key": { type: "string" },
    "tls-cert": { type: "string" },
  },
});
const MiB = 1024 ** 2;
const SIZE = Number(values.mib) * MiB;
const NAMES = [
  "up: node:http, one PUT",
  "up: waybill",
  "up: waybill, 8 MiB parts",
  "up: waybill, 64 MiB parts",
  "up: lib-storage",
  "up: lib-storage, tuned",
  "down: waybill",
  "down: SDK GetObject, piped",
  "down: SDK GetObject, ranges",
].filter((name) => name.includes(values.only));

const folder = join(values.folder, `waybill-bench-${process.pid}`);
await mkdir(folder);
try {
  const { contestants, sink: sinkScript } = await bundle();
  const source = join(folder, "source");
  await writeRandom(source);
  const tls = [values["tls-key"], values["tls-cert"]].filter((path) => path !== undefined);
  const sink = startProcess(sinkScript, [String(SIZE), ...tls]);
  try {
    console.log(table(await compare(contestants, await firstLine(sink), source)));
  } finally {
    sink.kill();
    await once(sink, "exit");
  }
} finally {
  await rm(folder, { recursive: true });
}

async function bundle(): Promise<{ contestants: string; sink: string }> {
  const build = await rolldown({
    input: ["contestants.ts", "sink.ts"].map((name) => join(import.meta.dirname, name)),
    platform: "node",
    logLevel: "silent",
  });
  await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  });
  return { contestants: join(folder, "contestants.mjs"), sink: join(folder, "sink.mjs") };
}

async function compare(script: string, addresses: string, source: string): Promise<Map<string, Sample[]>> {
  const { store, api }: { store: string; api: string } = JSON.parse(addresses);
  const samples = new Map<string, Sample[]>(NAMES.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, of] of samples) {
      const file = name.startsWith("up:") ? source : join(folder, "target");
      const line: Sample = JSON.parse(await firstLine(startProcess(script, [name, store, api, file])));
      of.push(line);
      if (file !== source) await rm(file);
    }
  }
  return samples;
}

async function writeRandom(path: string): Promise<void> {
  const block = randomFillSync(Buffer.alloc(MiB));
  await using handle = await open(path, "w");
  for (let written = 0; written < SIZE; written += MiB) {
    block.writeUInt32LE(written / MiB); // so that no two parts are the same
    await handle.write(block);
  }
}

function table(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const rows = [...samples].map(([name, of]) => {
    const seconds = medianOf(of, (sample) => sample.seconds);
    const speed = (SIZE / 1e9 / seconds).toFixed(2);
    const cpu = medianOf(of, ({ cpuSeconds }) => cpuSeconds).toFixed(2);
    const rss = medianOf(of, ({ rssMiB }) => rssMiB).toFixed(0);
    return `| ${name} | ${seconds.toFixed(2)} | ${speed} | ${cpu} | ${rss} |`;
  });
  return [
    "| client | s | GB/s | CPU s | peak RSS MiB |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}
