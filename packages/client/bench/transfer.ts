import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { isInstalled, runTool, TOOLS } from "./other-tools.ts";
import { makeCertificate } from "../src/testing/make-certificate.ts";
import { firstLine, medianOf, startProcess, type Sample } from "./processes.ts";

/*
 * One large file up and down, Waybill beside others, turn by turn, each in a process of its own; then the same
 * over TLS. `node bench/transfer.ts [--mib 1024] [--rounds 5] [--folder FOLDER] [--only TEXT]`
 *
 * Files are in memory, where that has room: a disk differs more from one round to the next than clients do.
 * All are bundled, as an application would be.
 */
const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "1024" },
    rounds: { type: "string", default: "5" },
    folder: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const MiB = 1024 ** 2;
const SIZE = Number(values.mib) * MiB;
const UP = [
  "node:http, one PUT",
  "waybill",
  "waybill, 8 MiB parts",
  "waybill, 64 MiB parts",
  "lib-storage",
  "lib-storage, tuned",
  ...TOOLS.filter(isInstalled),
].map((name) => `up: ${name}`);
const DOWN = ["waybill", "SDK GetObject, piped", "SDK GetObject, ranges"].map((name) => `down: ${name}`);
/** What shows the cost of encryption, and no more. */
const OVER_TLS = [
  "up: node:http, one PUT",
  "up: waybill",
  "up: lib-storage",
  "down: waybill",
  "down: SDK GetObject, piped",
];

const inMemory = await hasRoom("/dev/shm");
const folder = join(values.folder ?? (inMemory ? "/dev/shm" : tmpdir()), `waybill-bench-${process.pid}`);
await mkdir(folder);
try {
  console.log(await section());
} finally {
  await rm(folder, { recursive: true });
}

/** For the source, a target, and as much again. */
async function hasRoom(path: string): Promise<boolean> {
  const space = await statfs(path).catch(() => undefined); // there is none, as on macOS
  return space !== undefined && space.bavail * space.bsize >= 3 * SIZE;
}

async function section(): Promise<string> {
  const scripts = await bundle();
  const source = join(folder, "source");
  await writeRandom(source);
  const plain = await compare(scripts, source, [...UP, ...DOWN]);
  const tls = await compare(scripts, source, OVER_TLS, makeCertificate(folder));
  return [
    `## Transfers of ${values.mib} MiB`,
    "",
    `Parts and ranges of 16 MiB, 4 at a time, unless said; files are in ${values.folder ?? (inMemory ? "memory" : "the folder for temporary files")}, and the store forgets what it is sent.`,
    `Waybill computes and proves the full-object CRC64NVME of all of it; its time includes the calls of the API. The SDK's`,
    `tuned variant has no checksum and no hash of the payload, and reads by 1 MiB. Medians of ${values.rounds} rounds.`,
    "",
    table(plain, UP),
    "",
    table(plain, DOWN),
    "",
    "The same over TLS:",
    "",
    table(tls, OVER_TLS),
    "",
  ].join("\n");
}

interface Scripts {
  contestants: string;
  sink: string;
}

async function bundle(): Promise<Scripts> {
  const build = await rolldown({
    input: ["contestants.ts", "sink.ts"].map((name) => join(import.meta.dirname, name)),
    platform: "node",
    logLevel: "silent",
  });
  const names = { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" };
  await build.write({ dir: folder, format: "esm", ...names });
  return { contestants: join(folder, "contestants.mjs"), sink: join(folder, "sink.mjs") };
}

async function compare(
  { contestants, sink: sinkScript }: Scripts,
  source: string,
  names: readonly string[],
  tls?: { key: string; cert: string },
): Promise<Map<string, Sample[]>> {
  const env = tls === undefined ? {} : { NODE_EXTRA_CA_CERTS: tls.cert };
  const sink = startProcess(
    sinkScript,
    [String(SIZE), ...(tls === undefined ? [] : [tls.key, tls.cert])],
    env,
  );
  try {
    const { store, api }: { store: string; api: string } = JSON.parse(await firstLine(sink));
    const samples = new Map<string, Sample[]>();
    for (const name of names) if (name.includes(values.only)) samples.set(name, []);
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, of] of samples) {
        const file = name.startsWith("up:") ? source : join(folder, "target");
        const tool = TOOLS.find((each) => name.endsWith(each));
        const run = () => startProcess(contestants, [name, store, api, file], env);
        of.push(tool === undefined ? JSON.parse(await firstLine(run())) : await runTool(tool, store, file));
        if (file !== source) await rm(file);
        console.error(round, name, of.at(-1)?.seconds.toFixed(2));
      }
    }
    return samples;
  } finally {
    sink.kill();
    await once(sink, "exit");
  }
}

async function writeRandom(path: string): Promise<void> {
  const block = randomFillSync(Buffer.alloc(MiB));
  await using handle = await open(path, "w");
  for (let written = 0; written < SIZE; written += MiB) {
    block.writeUInt32LE(written / MiB); // so that no two parts are the same
    await handle.write(block);
  }
}

/** @param names - the first one with figures is what the others are compared with */
function table(samples: ReadonlyMap<string, readonly Sample[]>, names: readonly string[]): string {
  const secondsOf = (of: readonly Sample[]) => medianOf(of, ({ seconds }) => seconds);
  const rows = names.flatMap((name) => {
    const of = samples.get(name);
    return of === undefined ? [] : [{ name, of }];
  });
  const base = rows[0];
  const lines = rows.map(({ name, of }) => {
    const seconds = secondsOf(of);
    const ratio = base === undefined ? Number.NaN : secondsOf(base.of) / seconds;
    const cpu = medianOf(of, ({ cpuSeconds }) => cpuSeconds);
    const rss = medianOf(of, ({ rssMiB }) => rssMiB);
    const figures = [seconds.toFixed(2), (SIZE / 1e9 / seconds).toFixed(2), ratio.toFixed(2), cpu.toFixed(2)];
    return `| ${name} | ${figures.join(" | ")} | ${Number.isNaN(rss) ? "" : rss.toFixed(0)} |`;
  });
  return [
    "| | s | GB/s | speed x first | CPU s | peak RSS MiB |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}
