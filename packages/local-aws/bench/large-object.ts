import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, type IncomingMessage, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
} from "@aws-sdk/client-s3";
import { createClient, type S3UnderTest, signWithAws4 } from "../src/testing/s3-under-test.ts";

/*
 * One large object up and down, the stand-in beside another S3 server in one run:
 *
 *   npx turbo build; eval "$(… env)"; node bench/large-object.ts [--rounds 3]
 *
 * The other server is the one that S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY
 * name, and SERVER_PIDS its processes, for their memory. Without S3_ENDPOINT the stand-in runs alone.
 * The client signs with aws4 and sends one buffer again and again, so that what is measured is the server.
 */
const MiB = 1024 ** 2;
const PART_BYTES = 16 * MiB;
const PART_COUNT = 64;
const CONCURRENCY = 4;
const Bucket = "large-object";
const Key = "1-gib";

interface Contestant {
  name: string;
  s3: Omit<S3UnderTest, "bucket" | "close">;
  pids: readonly number[];
}

interface Round {
  upMs: number;
  completeMs: number;
  downMs: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
const part = randomBytes(PART_BYTES);
const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });

const dataDir = await mkdtemp(join(tmpdir(), "large-object-"));
const { child, contestant: standIn } = await startStandIn();
try {
  const contestants = [standIn, ...otherServer()];
  const rounds = new Map<string, Round[]>(contestants.map(({ name }) => [name, []]));
  for (const { s3 } of contestants) await createBucket(s3);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, s3 } of contestants) rounds.get(name)?.push(await measureRound(s3));
  }
  console.log(
    "| server | up, s | Complete, ms | down, s | CPU, s | peak RSS, MiB |\n| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  for (const { name, pids } of contestants) {
    const median = (read: (round: Round) => number): number => {
      const sorted = (rounds.get(name) ?? []).map(read).toSorted((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    };
    const up = (median(({ upMs }) => upMs) / 1000).toFixed(2);
    const down = (median(({ downMs }) => downMs) / 1000).toFixed(2);
    const complete = median(({ completeMs }) => completeMs).toFixed(0);
    console.log(
      `| ${name} | ${up} | ${complete} | ${down} | ${await cpuSeconds(pids)} | ${await peakMemory(pids)} |`,
    );
  }
} finally {
  child.kill();
  await once(child, "exit");
  agent.destroy();
  await rm(dataDir, { recursive: true });
}

async function startStandIn(): Promise<{ child: ChildProcess; contestant: Contestant }> {
  const path = join(import.meta.dirname, "../bin/waybill-local-aws.mjs");
  const args = [path, "--port", "0", "--data", dataDir];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [greeting] = await once(createInterface(server.stdout), "line");
  const [endpoint = ""] = /http:[^,]+/.exec(String(greeting)) ?? [];
  const credentials: unknown = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  return {
    child: server,
    contestant: {
      name: "this stand-in",
      s3: { endpoint, region: "us-east-1", credentials: readCredentials(credentials) },
      pids: server.pid === undefined ? [] : [server.pid],
    },
  };
}

function readCredentials(value: unknown): S3UnderTest["credentials"] {
  if (typeof value !== "object" || value === null) throw new Error("no credentials");
  const { accessKeyId, secretAccessKey } = { accessKeyId: "", secretAccessKey: "", ...value };
  return { accessKeyId, secretAccessKey };
}

function otherServer(): Contestant[] {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, SERVER_PIDS } = process.env;
  if (S3_ENDPOINT === undefined) return [];
  return [
    {
      name: S3_ENDPOINT,
      s3: {
        endpoint: S3_ENDPOINT,
        region: S3_REGION ?? "us-east-1",
        credentials: { accessKeyId: S3_ACCESS_KEY_ID ?? "", secretAccessKey: S3_SECRET_ACCESS_KEY ?? "" },
      },
      pids: (SERVER_PIDS ?? "").split(",").filter(Boolean).map(Number),
    },
  ];
}

async function createBucket(s3: Contestant["s3"]): Promise<void> {
  const client = createClient({ ...s3, bucket: Bucket, close: async () => {} });
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
}

async function measureRound(s3: Contestant["s3"]): Promise<Round> {
  const client = createClient({ ...s3, bucket: Bucket, close: async () => {} });
  const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const partNumbers = Array.from({ length: PART_COUNT }, (_, index) => index + 1);

  const startedAt = performance.now();
  const eTags = await inParallel(partNumbers, (partNumber) => sendPart(s3, { UploadId, partNumber }));
  const sentAt = performance.now();
  const Parts = eTags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  const completedAt = performance.now();
  await inParallel(partNumbers, (partNumber) => readPart(s3, partNumber));
  const readAt = performance.now();

  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
  return { upMs: sentAt - startedAt, completeMs: completedAt - sentAt, downMs: readAt - completedAt };
}

async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}

async function sendPart(
  s3: Contestant["s3"],
  { UploadId, partNumber }: { UploadId: string; partNumber: number },
): Promise<string> {
  const path = `/${Bucket}/${Key}?partNumber=${partNumber}&uploadId=${UploadId}`;
  const response = await send(s3, { method: "PUT", path, body: part });
  await drain(response);
  return response.headers.etag ?? "";
}

async function readPart(s3: Contestant["s3"], partNumber: number): Promise<void> {
  const start = (partNumber - 1) * PART_BYTES;
  const range = `bytes=${start}-${start + PART_BYTES - 1}`;
  const response = await send(s3, { method: "GET", path: `/${Bucket}/${Key}`, headers: { range } });
  const sizeBytes = await drain(response);
  if (sizeBytes !== PART_BYTES) throw new Error(`part ${partNumber} came back with ${sizeBytes} bytes`);
}

async function send(
  s3: Contestant["s3"],
  options: { method: string; path: string; headers?: Record<string, string>; body?: Buffer },
): Promise<IncomingMessage> {
  const { method, path, body, headers = {} } = options;
  const signed = signWithAws4(s3, { method, path, signQuery: true });
  const length = body === undefined ? {} : { "content-length": body.length };
  const request = httpRequest(`${s3.endpoint}${signed.path}`, {
    method,
    agent,
    headers: { ...headers, ...length },
  });
  const responded = once(request, "response");
  request.end(body);
  const [response]: IncomingMessage[] = await responded;
  const status = response?.statusCode ?? 0;
  if (response === undefined || status >= 300) throw new Error(`${method} ${path.split("?")[0]}: ${status}`);
  return response;
}

async function drain(response: IncomingMessage): Promise<number> {
  let sizeBytes = 0;
  response.on("data", (chunk: Buffer) => (sizeBytes += chunk.length));
  await once(response, "end");
  return sizeBytes;
}

/** Of all processes together, as the kernel counted it. */
async function peakMemory(pids: readonly number[]): Promise<string> {
  const peaks = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    }),
  );
  return peaks.reduce((total, peak) => total + peak, 0).toFixed(0);
}

/** Of all processes together and all rounds, user and system, in ticks of 10 ms. */
async function cpuSeconds(pids: readonly number[]): Promise<string> {
  const ticks = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    }),
  );
  return (ticks.reduce((total, count) => total + count, 0) / 100).toFixed(1);
}
