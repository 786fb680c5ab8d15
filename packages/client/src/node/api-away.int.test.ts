import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MiB } from "@waybill/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngineDeps, type EngineDeps } from "../engine/engine-deps.ts";
import { createTransfer } from "../engine/transfer.ts";
import { startUpload } from "../engine/upload.ts";
import { createWholeChecksum } from "../engine/whole-checksum.ts";
import { createFaultProxy, type FaultProxy } from "../testing/fault-proxy.ts";
import { openStack } from "../testing/open-stack.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { createMd5 } from "./create-md5.ts";
import { downloadSteps } from "./download.ts";
import { openFileSource } from "./file-source.ts";
import { createHttpTransport } from "./http-transport.ts";

/* Calls that begin a transfer while the API is away for a moment, as when it is deployed anew. */
let stack: Awaited<ReturnType<typeof openStack>>;
let proxy: FaultProxy;
let path: string;
const { transport, close } = createHttpTransport();
const pool = createConnectionPool();

beforeAll(async () => {
  stack = await openStack();
  proxy = await createFaultProxy(stack.url);
  path = join(stack.folder, "hello.txt");
  await writeFile(path, "hello");
});
afterAll(async () => {
  close();
  pool.close();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

function openDeps(): EngineDeps {
  const loadMd5 = async () => ({ createMd5 });
  const wholeChecksum = createWholeChecksum(loadMd5);
  const platform = { maxRequests: 6, whenOnline: () => undefined, loadMd5, wholeChecksum };
  return { ...createEngineDeps({ url: proxy.endpoint }, platform), sleep: async () => {} };
}

const upload = (deps: EngineDeps) => startUpload(deps, () => openFileSource(path), transport).result;
const download = (deps: EngineDeps, key: string) => {
  const to = join(stack.folder, "hello.copy");
  return createTransfer({ signal: undefined, ...downloadSteps(deps, pool, { key, to, options: {} }) }).result;
};

/** @returns how many calls have been refused */
function refuse(calls: number): () => number {
  let refused = 0;
  proxy.decide = () => (refused < calls ? (refused++, { kind: "answer", status: 502 }) : undefined);
  return () => refused;
}

it("wait for one that was there before, as what is on its way does", async () => {
  const deps = openDeps();
  refuse(0);
  const { key } = await upload(deps);
  for (const move of [() => upload(deps), () => download(deps, key)]) {
    const refused = refuse(40);
    expect(await move()).toMatchObject({ sizeBytes: 5 });
    expect(refused()).toBe(40);
  }
});

it("wait for the store, where the API says that it cannot be reached", async () => {
  proxy.decide = () => undefined;
  let refused = 0;
  stack.proxy.decide = () => (refused < 10 ? (refused++, { kind: "answer", status: 503 }) : undefined);
  const large = join(stack.folder, "large.bin");
  await writeFile(large, new Uint8Array(17 * MiB));
  const deps = openDeps();
  const { result } = startUpload(deps, () => openFileSource(large), transport);
  expect(await result).toMatchObject({ sizeBytes: 17 * MiB });
  expect(refused).toBe(10);
});

it("do not keep anybody waiting where there may be none", async () => {
  const refused = refuse(Infinity);
  await expect(upload(openDeps())).rejects.toMatchObject({ code: "API_UNREACHABLE" });
  expect(refused()).toBe(4 + 4); // the others ask whether it has begun all the same
});
