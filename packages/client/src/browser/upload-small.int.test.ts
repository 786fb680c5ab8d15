import { createHash } from "node:crypto";
import { MiB } from "@waybill/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createApiClient, type ApiClient } from "../api-client.ts";
import type { Fault } from "../testing/fault-proxy.ts";
import { openStack } from "../testing/open-stack.ts";
import { uploadSmall } from "./upload-small.ts";

let stack: Awaited<ReturnType<typeof openStack>>;
let api: ApiClient;

beforeAll(async () => {
  stack = await openStack();
  api = createApiClient({ url: stack.url });
});
afterAll(() => stack[Symbol.asyncDispose]());
afterEach(() => {
  stack.proxy.decide = () => undefined;
});

/** The fault strikes the first PUTs of objects, so many of them. */
function strikePuts(fault: Fault, times = 1): void {
  let left = times;
  stack.proxy.decide = ({ method }) => (method === "PUT" && left-- > 0 ? fault : undefined);
}

const hello = new File(["hello"], "hello.txt", { type: "text/plain" });

describe("uploadSmall", () => {
  it("stores a file under its name and type, and proves it", async () => {
    const stored = await uploadSmall(api, hello, { metadata: { "made-by": "test" } });
    expect(await api.objects.head.query({ key: stored.key })).toMatchObject({
      fileName: "hello.txt",
      contentType: "text/plain",
      sizeBytes: 5,
      metadata: { "made-by": "test" },
      checksum: stored.checksum,
    });
  });

  it("asks the API once more where the store's answer does not tell what it proves", async () => {
    stack.asked.splice(0);
    const result = await uploadSmall(api, hello);
    expect(stack.asked).toEqual(["/uploads.create"]);
    strikePuts({ kind: "hide-checksum" });
    expect(await uploadSmall(api, hello)).toMatchObject({ checksum: result.checksum });
    expect(stack.asked.slice(1)).toEqual(["/uploads.create", "/uploads.complete"]);
  });

  it.each([0, 1, 7, 8, 3 * MiB + 1])("stores %d bytes", async (size) => {
    const blob = new Blob([Uint8Array.from({ length: size }, (_, index) => index * 7)]);
    expect(await uploadSmall(api, blob)).toMatchObject({ sizeBytes: size, fileName: "blob" });
  });

  it.each<[string, Fault]>([
    ["is busy", { kind: "answer", status: 503 }],
    ["breaks the connection", { kind: "reset", afterBytes: 0 }],
    ["does the work and its answer is lost", { kind: "lose-answer" }],
  ])("tries again when the store %s", async (_, fault) => {
    strikePuts(fault);
    expect(await uploadSmall(api, hello)).toMatchObject({ sizeBytes: 5 });
  });

  it("says what the store refused, and sends nothing that is too large", async () => {
    strikePuts({ kind: "answer", status: 403 });
    await expect(uploadSmall(api, hello)).rejects.toMatchObject({ code: "STORAGE_DENIED" });
    const large = new Blob([new Uint8Array(16 * MiB + 1)]);
    await expect(uploadSmall(api, large)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  it("passes on what the API says, and stops when it is told to", async () => {
    await expect(uploadSmall(api, hello, { collection: "none" })).rejects.toMatchObject({
      code: "COLLECTION_NOT_FOUND",
    });
    const stopped = new AbortController();
    strikePuts({ kind: "stall" });
    const uploading = uploadSmall(api, hello, { signal: stopped.signal });
    stopped.abort(new Error("Enough."));
    await expect(uploading).rejects.toThrow("Enough.");
  });

  it("proves by MD5 what a store takes that has nothing better, an empty file too", async () => {
    await using other = await openStack({ checksums: "refused", integrity: "MD5" });
    const otherApi = createApiClient({ url: other.url });
    for (const text of ["hello", ""]) {
      const stored = await uploadSmall(otherApi, new Blob([text]));
      const value = createHash("md5").update(text).digest("base64");
      expect(stored).toMatchObject({ sizeBytes: text.length, checksum: { algorithm: "MD5", value } });
      expect(await otherApi.objects.head.query({ key: stored.key })).toEqual(stored);
    }
  });
});
