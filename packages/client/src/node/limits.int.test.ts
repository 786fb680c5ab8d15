import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LimitSettings } from "@waybill/api";
import { MiB } from "@waybill/core";
import { expect, it } from "vitest";
import { createApiClient } from "../api-client.ts";
import { uploadSmall } from "../browser/upload-small.ts";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient } from "./index.ts";

async function openLimited(limits: LimitSettings) {
  const stack = await openStack({ limits });
  const file = join(stack.folder, "hello.txt");
  await writeFile(file, "hello");
  return { stack, file, client: createWaybillClient({ url: stack.url }) };
}

/** Two in a minute are allowed, and by the API's clock one ends soon. */
async function openThrottled() {
  const opened = await openLimited({ requestsPerMinute: 2 });
  opened.stack.clock.aheadMs = 59_300 - (Date.now() % 60_000);
  return opened;
}

it("waits for the next minute where no more requests are possible in this one, and goes on", async () => {
  const { stack, client, file } = await openThrottled();
  await using _ = stack;
  using __ = client;
  for (let count = 0; count < 2; count++) await client.upload(file);
  const transfer = client.startUpload(file);
  const obstacles: string[] = [];
  for await (const event of transfer) if (event.type === "waiting") obstacles.push(event.error.message);
  expect(await transfer.result).toMatchObject({ sizeBytes: 5 });
  expect(obstacles).toEqual([
    "You may make 2 requests a minute, and have made them. More are possible in 1 s.",
  ]);
  expect(stack.asked).toHaveLength(4); // the one that was refused is the fourth
});

it("does so in little code, too, and anybody can by Retry-After", async () => {
  const { stack, client } = await openThrottled();
  await using _ = stack;
  using __ = client;
  const api = createApiClient({ url: stack.url });
  const hello = new File(["hello"], "hello.txt");
  for (let count = 0; count < 4; count++) await uploadSmall(api, hello);
  expect(stack.asked).toHaveLength(5);
  const refused = await fetch(`${stack.url}/collections.list`);
  expect(refused.status).toBe(429);
  const { error } = (await refused.json()) as { error: { data: { retryAfterMs: number } } };
  expect(refused.headers.get("retry-after")).toBe(String(error.data.retryAfterMs / 1000));
});

it.each([
  [
    "bytes",
    { bytesPerDay: 20 * MiB },
    /^You may upload 20971520 bytes a day\. 3145728 are left until \d{4}-/,
  ],
  ["open uploads", { openUploads: 1 }, /^You may have 1 uploads open, and have as many\. /],
])("ends at once, with the sentence, where there is no room for more %s", async (_, limits, sentence) => {
  const { stack, client } = await openLimited(limits);
  await using __ = stack;
  using ___ = client;
  const file = join(stack.folder, "large.bin");
  await writeFile(file, new Uint8Array(17 * MiB));
  await createApiClient({ url: stack.url }).uploads.create.mutate({ fileName: "x", sizeBytes: 17 * MiB });
  stack.asked.splice(0);
  const error = await client.upload(file).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringMatching(sentence) as string });
  expect(stack.asked.filter((path) => path === "/uploads.create")).toHaveLength(1);
});
