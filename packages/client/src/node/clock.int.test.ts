import { randomFillSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MiB } from "@waybill/core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient } from "./index.ts";

let stack: Awaited<ReturnType<typeof openStack>>;
const BYTES = randomFillSync(Buffer.alloc(17 * MiB));

beforeAll(async () => {
  stack = await openStack();
});
afterAll(() => stack[Symbol.asyncDispose]());
afterEach(() => {
  stack.clock.aheadMs = 0;
});

it.each([
  ["an hour ahead", 3_600_000],
  ["an hour behind", -3_600_000],
  ["eight days ahead", 8 * 86_400_000],
])("signs by the store's time where the API's clock is %s", async (_, aheadMs) => {
  stack.clock.aheadMs = aheadMs;
  using client = createWaybillClient({ url: stack.url });
  for (const size of [10, BYTES.length]) {
    const path = join(stack.folder, "file.bin");
    const bytes = BYTES.subarray(0, size);
    await writeFile(path, bytes);
    const { key } = await client.upload(path);
    await client.download(key, path);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  }
});
