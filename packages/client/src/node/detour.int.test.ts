import { randomFillSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MiB } from "@waybill/core";
import { bucketAddress, createRequestSigner } from "@waybill/core/s3";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient, type WaybillClient } from "./index.ts";

const BYTES = randomFillSync(Buffer.alloc(17 * MiB));
let stack: Awaited<ReturnType<typeof openStack>>;
let client: WaybillClient;
let path: string;

beforeAll(async () => {
  stack = await openStack();
  path = join(stack.folder, "file.bin");
  await writeFile(path, BYTES);
  const { region, credentials, now } = stack.deps;
  const endpoint = await stack.direct.client.config.endpoint?.();
  const address = bucketAddress({
    bucket: stack.direct.bucket,
    region,
    endpoint: `http://${endpoint?.hostname}:${endpoint?.port}`,
    forcePathStyle: true,
  });
  // Another way to the same store.
  stack.deps.doors.apigateway = createRequestSigner({ address, region, credentials, now });
});
afterEach(() => {
  stack.proxy.decide = () => undefined;
  client[Symbol.dispose]();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Let nothing signed for us through any more, once so many requests have come; the API's own still do. */
function blockAfter(requests: number): { passed: string[] } {
  const passed: string[] = [];
  stack.proxy.decide = ({ method, url }) => {
    if (!url.includes("X-Amz-Signature")) return undefined;
    if (passed.length === requests)
      return method === "GET" ? { kind: "lose-answer" } : { kind: "reset", afterBytes: 0 };
    passed.push(url);
    return undefined;
  };
  return { passed };
}

describe("when a route is blocked", () => {
  it("an upload goes on along another, with what has arrived", async () => {
    const { passed } = blockAfter(1);
    client = createWaybillClient({ url: stack.url, maxRequests: 1 });
    const result = await client.upload(path, { partSizeBytes: 6 * MiB });
    expect(result).toMatchObject({
      route: "apigateway",
      routeReason: expect.stringContaining("before failed: presigned") as string,
      partCount: 3,
    });
    expect(passed).toEqual([expect.stringContaining("partNumber=1&")]); // and it was not sent again
    expect(stack.asked.filter((asked) => asked.includes("uploads.reroute"))).toHaveLength(1);
    const to = join(stack.folder, "back.bin");
    await client.download(result.key, to, { route: "apigateway" });
    expect((await readFile(to)).equals(BYTES)).toBe(true);
  });

  it("a small upload does", async () => {
    blockAfter(0);
    client = createWaybillClient({ url: stack.url });
    const small = join(stack.folder, "small.bin");
    await writeFile(small, "small");
    expect(await client.upload(small)).toMatchObject({ route: "apigateway", partCount: 1 });
  });

  it("a download does", async () => {
    client = createWaybillClient({ url: stack.url });
    const { key } = await client.upload(path);
    const { passed } = blockAfter(1);
    const to = join(stack.folder, "other.bin");
    const result = await client.download(key, to, { rangeSizeBytes: 5 * MiB, concurrency: 2 });
    expect(result).toMatchObject({
      route: "apigateway",
      routeReason: expect.stringContaining("before failed: presigned") as string,
    });
    expect(passed).toHaveLength(1);
    expect((await readFile(to)).equals(BYTES)).toBe(true);
  });

  it("none is taken that was not asked for", async () => {
    blockAfter(0);
    client = createWaybillClient({ url: stack.url, patienceMs: 500 });
    const failing = client.upload(path, { route: "presigned" });
    await expect(failing).rejects.toEqual(expect.objectContaining({ code: "STORAGE_UNREACHABLE" }));
  });
});
