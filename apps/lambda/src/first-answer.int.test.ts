import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createLocalAws, type LocalAws } from "@waybill/local-aws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { eventOf } from "../bench/event-of.ts";
import { startProcess } from "../bench/start-process.ts";

const BUNDLE = fileURLToPath(new URL("../dist/api/handler.cjs", import.meta.url));
const BUCKET = "waybill";
const KEY = "files/user/object";

let dataDir: string;
let aws: LocalAws;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "waybill-first-answer-"));
  aws = await createLocalAws({ dataDir, buckets: [{ name: BUCKET }] });
  const client = new S3Client({ ...aws, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "some bytes" }));
  client.destroy();
});
afterAll(async () => {
  await aws.close();
  await rm(dataDir, { recursive: true });
});

const SourceMap = z.object({ sources: z.array(z.string()) });

/** What a new process has loaded when it has answered. */
async function loadedFor(event: string): Promise<{ sources: string[]; bytes: number }> {
  const { loaded } = await startProcess([BUNDLE, event], {
    PATH: process.env["PATH"],
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    WAYBILL_S3_BUCKET: BUCKET,
    WAYBILL_S3_ENDPOINT: aws.endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  });
  const sizes = await Promise.all(loaded.map(async (file) => (await stat(file)).size));
  const withSources = loaded.filter((file) => !file.endsWith("rolldown-runtime.cjs"));
  const maps = await Promise.all(
    withSources.map(async (file) => SourceMap.parse(JSON.parse(await readFile(`${file}.map`, "utf8")))),
  );
  return {
    sources: maps.flatMap(({ sources }) => sources),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

const upload = (sizeBytes: number) => ({ fileName: "notes.txt", sizeBytes, partChecksums: ["AAAAAAAAAAA="] });

describe("the first answer of a new process", () => {
  it.each([
    ["a health check", eventOf("/health"), 100 * 1024],
    ["an upload in one request, counted in the store", eventOf("/uploads.create", upload(1000)), 185_000],
    ["a download of what the store has", eventOf("/downloads.create", { key: KEY }), 165_000],
  ])("to %s needs neither the SDK nor tRPC's adapter", async (_, event, maxBytes) => {
    const { sources, bytes } = await loadedFor(event);
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((source) => /@aws-sdk|@smithy|adapters\/aws-lambda/.test(source))).toEqual([]);
    expect(bytes).toBeLessThan(maxBytes);
  });

  it("to an upload in parts needs it: what is loaded is seen", async () => {
    const { sources } = await loadedFor(eventOf("/uploads.create", upload(2e8)));
    expect(sources.some((source) => source.includes("@aws-sdk/client-s3"))).toBe(true);
  });
});
