import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { createLocalAws } from "../../create-local-aws.ts";
import { createSqs, type EventRecord, readRecords } from "../../testing/read-queue.ts";
import { createClient } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";
const QUEUE = "events";
const SCRIPT = fileURLToPath(new URL("../../testing/run-stand-in.ts", import.meta.url));
const ACKNOWLEDGED_WRITES = 150;

it("after kill -9 in the middle of writes the events tell of exactly the objects that are there", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-aws-events-"));
  const child = spawn(process.execPath, [SCRIPT, dataDir, QUEUE], { stdio: ["ignore", "pipe", "inherit"] });
  const [endpoint] = await once(createInterface(child.stdout), "line");
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  const s3 = { endpoint: String(endpoint), region: "us-east-1", credentials, bucket: Bucket };
  const client = createClient({ ...s3, close: async () => {} });
  const acknowledged: string[] = []; // as an event would say it
  const write = async (worker: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const Key = `${worker}/${count % 5}`;
      acknowledged.push(await (count % 7 === 6 ? remove(client, Key) : put(client, Key, count)));
      if (acknowledged.length === ACKNOWLEDGED_WRITES) child.kill("SIGKILL");
    }
  };
  await Promise.allSettled([write(1), write(2), write(3), write(4)]);
  client.destroy();

  await using again = await createLocalAws({ dataDir });
  const survivors = createClient({ ...s3, endpoint: again.endpoint, close: async () => {} });
  const sqs = createSqs({ ...s3, endpoint: again.endpoint });
  const records = await readRecords(sqs, QUEUE);
  const told = records.map(toText);
  expect(told).toEqual(expect.arrayContaining(acknowledged));
  // At most one write of each worker was committed without its answer.
  expect(told.length - acknowledged.length).toBeLessThanOrEqual(4);
  for (const [key, last] of lastRecords(records)) {
    const listed = await survivors
      .send(new PutObjectCommand({ Bucket, Key: key, Body: "probe", IfNoneMatch: "*" }))
      .then(
        () => "absent",
        (error: unknown) => (error instanceof Error ? error.name : "?"),
      );
    const isThere = last.eventName === "ObjectCreated:Put";
    expect([key, listed]).toEqual([key, isThere ? "PreconditionFailed" : "absent"]);
  }
  survivors.destroy();
  sqs.destroy();
  await again.close();
  await rm(dataDir, { recursive: true });
});

/** @returns what its event will say */
async function put(client: S3Client, Key: string, count: number): Promise<string> {
  const { ETag = "" } = await client.send(new PutObjectCommand({ Bucket, Key, Body: `${Key} ${count}` }));
  return `ObjectCreated:Put ${Key} ${ETag.replaceAll('"', "")}`;
}

/** Of a key that its worker has put before. */
async function remove(client: S3Client, Key: string): Promise<string> {
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  return `ObjectRemoved:Delete ${Key} `;
}

function toText({ eventName, s3: { object } }: EventRecord): string {
  return `${eventName} ${object.key} ${object.eTag ?? ""}`;
}

/** Of each key, in the order that `sequencer` gives. */
function lastRecords(records: readonly EventRecord[]): Map<string, EventRecord> {
  const sequencerOf = ({ s3 }: EventRecord): string => s3.object.sequencer ?? "";
  const sorted = records.toSorted((a, b) => (sequencerOf(a) < sequencerOf(b) ? -1 : 1));
  return new Map(sorted.map((record) => [record.s3.object.key, record]));
}
