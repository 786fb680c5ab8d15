import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient } from "../../testing/s3-under-test.ts";

/** `KILL_ROUNDS=200 npx vitest run kill` for a long run; a few are enough to see that the test works. */
const ROUNDS = Number(process.env["KILL_ROUNDS"] ?? 3);
const SEED = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31;
const WORKERS = 4;
const KEYS_EACH = 5;
const Bucket = "test-bucket";
const SCRIPT = fileURLToPath(new URL("../../testing/run-stand-in.ts", import.meta.url));

/** What a key holds: bytes that tell who wrote them, or nothing. */
type Content = { writer: string; sizeBytes: number } | undefined;

/** What may be found: what was acknowledged last or, if it was cut short, what was being written. */
interface Expected {
  acknowledged: Content;
  inFlight?: Content;
  isInFlight: boolean;
}

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "local-aws-kill-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

it(
  `loses and tears nothing that was acknowledged, ${ROUNDS} times killed in the middle of writes (FC_SEED=${SEED})`,
  async () => {
    const expected = new Map<string, Expected>();
    for (const [round, plan] of fc.sample(roundPlan, { numRuns: ROUNDS, seed: SEED }).entries()) {
      const { child, client } = await start();
      await verify(client, expected);
      const writers = plan.steps.map((steps, worker) =>
        write({ client, expected, round, worker, steps, isOver: () => child.killed }),
      );
      await sleep(plan.killAfterMs); // the moment is what is random here, and nothing waits for it
      child.kill("SIGKILL");
      await Promise.all(writers);
      await closed(child);
      client.destroy();
    }
    const { child, client } = await start();
    await verify(client, expected);
    expect(expected.size).toBeGreaterThan(0);
    client.destroy();
    child.kill("SIGKILL");
    await closed(child);
  },
  60_000 + ROUNDS * 5000,
);

const step = fc.record({
  key: fc.nat({ max: KEYS_EACH - 1 }),
  kind: fc.constantFrom(
    "put" as const,
    "put" as const,
    "multipart" as const,
    "copy" as const,
    "delete" as const,
  ),
  // On both sides of the size from which another thread computes the digests.
  sizeBytes: fc.oneof(fc.nat({ max: 2000 }), fc.integer({ min: 200_000, max: 700_000 })),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const roundPlan = fc.record({
  killAfterMs: fc.integer({ min: 0, max: 600 }),
  steps: fc.array(fc.array(step, { minLength: 20, maxLength: 20 }), {
    minLength: WORKERS,
    maxLength: WORKERS,
  }),
});

/** Runs its steps again and again, each key its own, until the server is gone. */
async function write(options: {
  client: S3Client;
  expected: Map<string, Expected>;
  round: number;
  worker: number;
  steps: readonly Step[];
  isOver: () => boolean;
}): Promise<void> {
  const { client, expected, steps } = options;
  for (let count = 0; !options.isOver(); count += 1) {
    const { kind, key, sizeBytes } = steps[count % steps.length] ?? { kind: "put", key: 0, sizeBytes: 1 };
    const Key = `${options.worker}/${key}`;
    const before = expected.get(Key)?.acknowledged;
    const writer = `${Key} round ${options.round} write ${count}. `;
    const after = kind === "delete" ? undefined : kind === "copy" ? before : { writer, sizeBytes };
    expected.set(Key, { acknowledged: before, inFlight: after, isInFlight: true });
    try {
      await run(client, { kind, Key, content: after });
    } catch (error) {
      if (options.isOver()) return;
      throw error;
    }
    expected.set(Key, { acknowledged: after, isInFlight: false });
  }
}

async function run(
  client: S3Client,
  { kind, Key, content }: { kind: Step["kind"]; Key: string; content: Content },
): Promise<void> {
  if (content === undefined) {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  } else if (kind === "copy") {
    const input = { Bucket, Key, CopySource: `${Bucket}/${Key}`, MetadataDirective: "REPLACE" } as const;
    await client.send(new CopyObjectCommand(input));
  } else if (kind === "multipart") {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: bytesOf(content) };
    const { ETag } = await client.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  } else {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: bytesOf(content) }));
  }
}

/** Every key holds what it may hold, and that is what holds from now on. */
async function verify(client: S3Client, expected: Map<string, Expected>): Promise<void> {
  for (const [Key, { acknowledged, inFlight, isInFlight }] of expected) {
    const possible = isInFlight ? [acknowledged, inFlight] : [acknowledged];
    const found = await read(client, Key);
    const content = possible.find((candidate) => isSame(candidate, found));
    const name = found?.subarray(0, 40).toString() ?? "nothing";
    const isKnown = possible.some((candidate) => isSame(candidate, found));
    expect({ Key, isKnown, name }).toEqual({ Key, isKnown: true, name });
    expected.set(Key, { acknowledged: content, isInFlight: false });
  }
}

async function read(client: S3Client, Key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

function isSame(content: Content, found: Buffer | undefined): boolean {
  if (content === undefined || found === undefined) return content === found;
  return bytesOf(content).equals(found);
}

function bytesOf({ writer, sizeBytes }: NonNullable<Content>): Buffer {
  return Buffer.alloc(sizeBytes, writer);
}

async function start(): Promise<{ child: ChildProcess; client: S3Client }> {
  const child = spawn(process.execPath, [SCRIPT, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  const [endpoint] = await once(createInterface(child.stdout), "line");
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  const close = async (): Promise<void> => {};
  const s3 = { endpoint: String(endpoint), region: "us-east-1", credentials, bucket: Bucket, close };
  return { child, client: createClient(s3) };
}

async function closed(child: ChildProcess): Promise<void> {
  if (child.signalCode === null) await once(child, "exit");
}
