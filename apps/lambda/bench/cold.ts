import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createLocalAws } from "@waybill/local-aws";
import { buildBundle } from "./build-bundle.ts";
import { eventOf } from "./event-of.ts";
import { startProcess, type Start } from "./start-process.ts";

/*
 * How long a new process takes until it has answered for the first time: the API's bundle, and the same router with the
 * SDK imported on top, by turns.
 */
const ROUNDS = 15;
const BUCKET = "bench";
const KEY = "files/user/object";

const folder = await mkdtemp(join(tmpdir(), "waybill-cold-"));
const aws = await createLocalAws({ dataDir: join(folder, "aws"), buckets: [{ name: BUCKET }] });
const client = new S3Client({ ...aws, forcePathStyle: true });
await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "some bytes" }));
client.destroy();

const bundles = {
  lazy: await buildBundle("src/handler.ts", { dir: join(folder, "lazy") }),
  // As bundlers take the SDK for Node when nobody tells them otherwise.
  eager: await buildBundle("bench/eager-handler.ts", { dir: join(folder, "eager"), resolve: {} }),
};
const upload = eventOf("/uploads.create", {
  collection: "files",
  fileName: "notes.txt",
  contentType: "text/plain",
  sizeBytes: 1000,
  partChecksums: ["AAAAAAAAAAA="],
});
/** Without them nothing is counted in the store. */
const noLimits = {
  WAYBILL_LIMIT_OPEN_UPLOADS: "none",
  WAYBILL_LIMIT_BYTES_PER_DAY: "none",
  WAYBILL_LIMIT_REQUESTS_PER_MINUTE: "none",
};
const calls: Record<string, { event: string; variables?: Record<string, string> }> = {
  health: { event: eventOf("/health") },
  "uploads.create of 1 kB, without limits": { event: upload, variables: noLimits },
  "uploads.create of 1 kB, counted in the store": { event: upload },
  "downloads.create, which asks the store": { event: eventOf("/downloads.create", { key: KEY }) },
};
const env = {
  PATH: process.env["PATH"],
  AWS_REGION: aws.region,
  AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
  WAYBILL_S3_BUCKET: BUCKET,
  WAYBILL_S3_ENDPOINT: aws.endpoint,
  WAYBILL_S3_FORCE_PATH_STYLE: "true",
  WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
};

const runs = [
  { name: "bare", args: [], variables: {} },
  ...Object.entries(calls).flatMap(([call, { event, variables = {} }]) =>
    Object.entries(bundles).map(([bundle, { file }]) => ({
      name: `${bundle} ${call}`,
      args: [file, event],
      variables,
    })),
  ),
];
const starts = new Map<string, Start[]>(runs.map(({ name }) => [name, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (const { name, args, variables } of runs) {
    const start = await startProcess(args, { ...env, ...variables });
    if (round >= 0) starts.get(name)?.push(start); // the first one fills the machine's file cache
  }
}
await aws.close();
const kB = new Map(
  [...starts].map(([name, [start]]) => {
    const sizes = (start?.loaded ?? []).map((file) => statSync(file).size);
    return [name, sizes.reduce((sum, size) => sum + size, 0) / 1000];
  }),
);
await rm(folder, { recursive: true });

function median(name: string, of: (start: Start) => number): number {
  const sorted = (starts.get(name) ?? []).map(of).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const importMs = (name: string) => median(name, (start) => start.importMs ?? Number.NaN);
const answerMs = (name: string) => median(name, (start) => start.answerMs);
const cpuMs = (name: string) => median(name, (start) => start.cpuMs);

/** The ratio of a pair as it is, and without what Node alone takes. */
function row(what: string, [lazy, eager]: [number, number], bare?: number): string {
  const cells = [lazy, eager].map((value) => value.toFixed(0));
  const net = bare === undefined ? "" : ((eager - bare) / (lazy - bare)).toFixed(1);
  return `| ${[what, ...cells, (eager / lazy).toFixed(1), net].join(" | ")} |`;
}
const pair = (of: (name: string) => number, call: string): [number, number] => [
  of(`lazy ${call}`),
  of(`eager ${call}`),
];

console.log(`## Cold starts

A new process of Node loads the API's bundle and answers one event, as on Lambda. Beside it the same router in the usual
form: client-s3 and s3-request-presigner imported at its top, bundled with the same bundler's defaults. Medians of ${ROUNDS} starts by turns. Of
the times from the start of the process on Node alone takes ${answerMs("bare").toFixed(0)} ms, ${cpuMs("bare").toFixed(0)} of them on the processor.

| | Waybill | SDK at the top | x | x, without Node |
| --- | ---: | ---: | ---: | ---: |
${row("kB loaded before the first event, minified", [bundles.lazy.bytes / 1000, bundles.eager.bytes / 1000])}
${row("ms to import the bundle", pair(importMs, "health"))}
${Object.keys(calls)
  .flatMap((call) => [
    row(
      `kB loaded until the answer: ${call}`,
      pair((name) => kB.get(name) ?? Number.NaN, call),
    ),
    row("ms from the start to the answer", pair(answerMs, call), answerMs("bare")),
    row(`ms of the processor for that`, pair(cpuMs, call), cpuMs("bare")),
  ])
  .join("\n")}
`);
