import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { createWaybillClient } from "../src/node/index.ts";
import { reportSample } from "./processes.ts";

/*
 * One contestant of bench/transfer.ts in a process of its own: `contestants.mjs NAME STORE API FILE`.
 */
const MiB = 1024 ** 2;
const PART_BYTES = 16 * MiB;
const CONCURRENCY = 4;

interface Job {
  store: string;
  api: string;
  file: string;
}

/** The SDK counts only in the memory of those that use it. */
const CONTESTANTS: Record<string, (job: Job) => Promise<void>> = {
  "up: node:http, one PUT": rawPut,
  "up: lib-storage": (job) => libStorage(job, "asItComes"),
  "up: lib-storage, tuned": (job) => libStorage(job, "tuned"),
  "up: waybill": waybillUp,
  "up: waybill, 8 MiB parts": (job) => waybillUp(job, 8 * MiB),
  "up: waybill, 64 MiB parts": (job) => waybillUp(job, 64 * MiB),
  "down: SDK GetObject, piped": sdkPiped,
  "down: SDK GetObject, ranges": sdkRanges,
  "down: waybill": waybillDown,
};

await runContestant(process.argv.slice(2));

async function runContestant([name = "", store = "", api = "", file = ""]: readonly string[]): Promise<void> {
  const contestant = CONTESTANTS[name];
  if (contestant === undefined) throw new Error(`There is no contestant ${name}.`);
  await reportSample(() => contestant({ store, api, file }));
}

async function waybillUp({ api, file }: Job, partSizeBytes = PART_BYTES): Promise<void> {
  using client = createWaybillClient({ url: api });
  await client.upload(file, { partSizeBytes, concurrency: CONCURRENCY });
}

async function waybillDown({ api, file }: Job): Promise<void> {
  using client = createWaybillClient({ url: api });
  await client.download("files/bench/object", file, { rangeSizeBytes: PART_BYTES, concurrency: CONCURRENCY });
}

/** One request, read by 1 MiB: the least that Node can do with the module that everybody uses. */
async function rawPut({ store, file }: Job): Promise<void> {
  const request = (store.startsWith("https:") ? httpsRequest : httpRequest)(`${store}/bench/raw`, {
    method: "PUT",
    headers: { "content-length": (await stat(file)).size },
    agent: store.startsWith("https:") ? undefined : new Agent(),
  });
  const answered = new Promise<void>((resolve, reject) => {
    request.on("response", (answer) => answer.resume().on("end", resolve));
    request.on("error", reject);
  });
  // Not by `pipeline`, for which a connection that is closed behind the answer is a failure.
  createReadStream(file, { highWaterMark: MiB }).pipe(request);
  await answered;
}

async function openSdk(endpoint: string): Promise<S3Client> {
  const sdk = await import("@aws-sdk/client-s3");
  return new sdk.S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
}

/** Tuned: no checksum, no hash of the payload, larger reads. Nobody can prove anything then, but it is fast. */
async function libStorage({ store, file }: Job, how: "asItComes" | "tuned"): Promise<void> {
  const { Upload } = await import("@aws-sdk/lib-storage");
  const client = await openSdk(store);
  if (how === "tuned") {
    client.config.requestChecksumCalculation = async () => "WHEN_REQUIRED";
    client.middlewareStack.add(
      (next) => (input) => {
        const { request } = input;
        if (typeof request === "object" && request !== null && "headers" in request)
          Object.assign(request.headers ?? {}, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" });
        return next(input);
      },
      { step: "build", name: "unsignedPayload" },
    );
  }
  const Body = createReadStream(file, how === "tuned" ? { highWaterMark: MiB } : {});
  const params = { Bucket: "bench", Key: "lib-storage", Body };
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: CONCURRENCY }).done();
}

async function get(client: S3Client, Range?: string): Promise<Readable> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "bench", Key: "object", Range }));
  if (!(Body instanceof Readable)) throw new Error("GetObject answered without a body.");
  return Body;
}

async function sdkPiped({ store, file }: Job): Promise<void> {
  await pipeline(await get(await openSdk(store)), createWriteStream(file));
}

async function sdkRanges({ store, file }: Job): Promise<void> {
  const client = await openSdk(store);
  const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const head = await client.send(new HeadObjectCommand({ Bucket: "bench", Key: "object" }));
  const size = head.ContentLength ?? 0;
  const handle = await open(file, "w");
  const starts = Array.from(
    { length: Math.ceil(size / PART_BYTES) },
    (_, index) => index * PART_BYTES,
  ).values();
  async function work(): Promise<void> {
    for (const start of starts) {
      let position = start;
      const body: AsyncIterable<Buffer> = await get(
        client,
        `bytes=${start}-${Math.min(size, start + PART_BYTES) - 1}`,
      );
      for await (const chunk of body) {
        await handle.write(chunk, 0, chunk.length, position);
        position += chunk.length;
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await handle.close();
}
