import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { MiB, type StoredObject } from "@waybill/core";
import { createConnectionPool } from "../src/node/connection-pool.ts";
import { createGrantKeeper } from "../src/node/grant-keeper.ts";
import { receiveFile } from "../src/node/receive-file.ts";

/*
 * One large object into a file: Waybill beside the AWS SDK, turn by turn, each in a process of its own,
 * and the server in another.
 *
 *   node bench/download.ts [--mib 1024] [--rounds 5] [--folder /dev/shm] [--tls-key FILE --tls-cert FILE]
 *
 * The server sends one buffer again and again, so that what is measured is the client. Waybill computes
 * its CRC64NVME all the same; the SDK's GetObject is given no checksum and computes none, which favours it. With
 * `--tls-cert` set NODE_EXTRA_CA_CERTS to the same file.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mib: { type: "string", default: "1024" },
    rounds: { type: "string", default: "5" },
    folder: { type: "string", default: tmpdir() },
    "tls-key": { type: "string" },
    "tls-cert": { type: "string" },
  },
});
const SIZE = Number(values.mib) * MiB;
const RANGE_BYTES = 16 * MiB;
const CONCURRENCY = 4;
const E_TAG = '"bench"';
const CONTESTANTS: Record<string, (endpoint: string, path: string) => Promise<void>> = {
  "waybill, 16 MiB x 4": (endpoint, path) => waybill(endpoint, path, CONCURRENCY),
  "waybill, one at a time": (endpoint, path) => waybill(endpoint, path, 1),
  "SDK GetObject, piped to a file": sdkPiped,
  "SDK GetObject, 16 MiB x 4": sdkRanges,
};

const [role, ...roleArguments] = positionals;
if (role === "serve") serve();
else if (role === "run") await runOne(roleArguments);
else await compare();

interface Sample {
  seconds: number;
  cpuSeconds: number;
  rssMiB: number;
}

async function compare(): Promise<void> {
  const folder = join(values.folder, `waybill-bench-${process.pid}`);
  await mkdir(folder);
  const server = spawnRole(["serve"]);
  try {
    const endpoint = await firstLine(server);
    const samples = new Map<string, Sample[]>(Object.keys(CONTESTANTS).map((name) => [name, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, of] of samples) {
        const path = join(folder, "object");
        const child = spawnRole(["run", name, endpoint, path]);
        const line = await firstLine(child);
        of.push(parseSample(line));
        if ((await stat(path)).size !== SIZE) throw new Error(`${name} left a file of another size.`);
        await rm(path);
      }
    }
    console.log(table(samples));
  } finally {
    server.kill();
    await rm(folder, { recursive: true });
  }
}

function spawnRole(args: readonly string[]): ChildProcess {
  const options = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  return spawn(process.execPath, [...process.execArgv, import.meta.filename, ...options, "--", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output.");
  const lines: unknown[] = await once(createInterface(child.stdout), "line", {
    signal: AbortSignal.timeout(300_000),
  });
  return String(lines[0]);
}

function parseSample(line: string): Sample {
  const [seconds = Number.NaN, cpuSeconds = Number.NaN, rssMiB = Number.NaN] = line.split(" ").map(Number);
  return { seconds, cpuSeconds, rssMiB };
}

function table(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const median = (of: readonly Sample[], read: (sample: Sample) => number) =>
    of.map(read).toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
  const rows = [...samples].map(([name, of]) => {
    const seconds = median(of, (sample) => sample.seconds);
    const speed = (SIZE / 1e9 / seconds).toFixed(2);
    const cpu = median(of, ({ cpuSeconds }) => cpuSeconds).toFixed(2);
    return `| ${name} | ${seconds.toFixed(2)} | ${speed} | ${cpu} | ${median(of, ({ rssMiB }) => rssMiB).toFixed(0)} |`;
  });
  return [
    "| client | s | GB/s | CPU s | peak RSS MiB |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

async function runOne([name = "", endpoint = "", path = ""]: readonly string[]): Promise<void> {
  const contestant = CONTESTANTS[name];
  if (contestant === undefined) throw new Error(`There is no contestant ${name}.`);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await contestant(endpoint, path);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const rssMiB = process.resourceUsage().maxRSS / 1024;
  console.log(seconds, (user + system) / 1e6, rssMiB);
  process.exit(0);
}

async function waybill(endpoint: string, path: string, concurrency: number): Promise<void> {
  const object: StoredObject = {
    key: "bench",
    fileName: "bench",
    contentType: "application/octet-stream",
    metadata: {},
    sizeBytes: SIZE,
    eTag: E_TAG,
    checksum: null,
    lastModified: new Date().toISOString(),
  };
  const request = { method: "GET" as const, url: `${endpoint}/bucket/bench`, headers: {} };
  const grant = { object, request, expiresAt: new Date().toISOString() };
  const pool = createConnectionPool();
  const { signal } = new AbortController();
  const receiver = {
    deps: { sleep: async () => {}, random: Math.random, stallMs: 30_000 },
    pool,
    grants: createGrantKeeper(grant, async () => grant),
    signal,
    rangeSizeBytes: RANGE_BYTES,
    concurrency,
    keepPartial: false,
    onBytes: () => {},
  };
  await receiveFile(receiver, object, { path, asked: path });
  pool.close();
}

/** Imported by its own contestants alone, as it counts in their memory. */
async function openSdk(endpoint: string): Promise<{ get: (Range?: string) => Promise<Readable> }> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
  return {
    async get(Range) {
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: "bucket", Key: "bench", Range }));
      if (!(Body instanceof Readable)) throw new Error("GetObject answered without a body.");
      return Body;
    },
  };
}

async function sdkPiped(endpoint: string, path: string): Promise<void> {
  const { get } = await openSdk(endpoint);
  await pipeline(await get(), createWriteStream(path));
}

async function sdkRanges(endpoint: string, path: string): Promise<void> {
  const { get } = await openSdk(endpoint);
  const handle = await open(path, "w");
  const starts = Array.from(
    { length: Math.ceil(SIZE / RANGE_BYTES) },
    (_, index) => index * RANGE_BYTES,
  ).values();
  async function work(): Promise<void> {
    for (const rangeStart of starts) {
      let position = rangeStart;
      const Range = `bytes=${position}-${Math.min(SIZE, position + RANGE_BYTES) - 1}`;
      const body: AsyncIterable<Buffer> = await get(Range);
      for await (const chunk of body) {
        await handle.write(chunk, 0, chunk.length, position);
        position += chunk.length;
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await handle.close();
}

function serve(): void {
  const block = Buffer.alloc(MiB, "0123456789abcdef");
  const { "tls-key": key, "tls-cert": cert } = values;
  const isTls = key !== undefined && cert !== undefined;
  const plain = createServer();
  const server = isTls ? createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }) : plain;
  server.on("request", (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(first ?? 0);
    const end = last === undefined ? SIZE : Number(last) + 1;
    const range = first === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${SIZE}` };
    response.writeHead(first === undefined ? 200 : 206, {
      "content-length": end - start,
      etag: E_TAG,
      ...range,
    });
    let left = end - start;
    const send = () => {
      while (left > 0) {
        const bytes = block.subarray(0, Math.min(left, block.length));
        left -= bytes.length;
        if (!response.write(bytes)) return void response.once("drain", send);
      }
      response.end();
    };
    send();
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    console.log(isTls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`);
  });
}
