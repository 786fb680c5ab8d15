import { createKeyId, MAX_KEY_BYTES } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "./testing/open-api.ts";
import { crc64, sendPart } from "./testing/send-part.ts";

let api: Awaited<ReturnType<typeof openApi>>;
const alice = { id: "alice", scopes: [] };
const bob = { id: "bob", scopes: [] };
const id = createKeyId(new Date());

beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** @returns the key, and what the store answered */
async function put(principal: typeof alice, path: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  const value = await crc64(bytes);
  const { uploads } = api.as(principal);
  const { token, key, parts } = await uploads.create({
    fileName: "report.txt",
    folder: { id, path },
    sizeBytes: bytes.length,
    partChecksums: [value],
  });
  const status = await sendPart(parts, { partNumber: 1, bytes });
  const checksum = { algorithm: "CRC64NVME" as const, value };
  if (status === 200) await uploads.complete({ token, partChecksums: [value], checksum });
  return { key, status };
}

describe("a folder", () => {
  it("keeps files of one name apart, and brings all of them back under its id", async () => {
    const paths = ["2024/report.txt", "2025/report.txt", "report.txt"];
    for (const path of paths) expect(await put(alice, path, path)).toMatchObject({ status: 200 });
    const { objects } = await api.as(alice).objects.list({ prefix: `files/alice/${id}/` });
    expect(objects.map(({ key }) => key)).toEqual(paths.map((path) => `files/alice/${id}/${path}`));
    expect(await api.as(alice).objects.head({ key: objects[0]?.key ?? "" })).toMatchObject({
      fileName: "report.txt",
    });
  });

  it("never has a file of it replaced", async () => {
    const { key } = await put(alice, "kept.txt", "first");
    expect((await put(alice, "kept.txt", "other")).status).toBe(412);
    expect(await api.as(alice).objects.head({ key })).toMatchObject({ sizeBytes: 5 });
  });

  it("of another principal is out of reach, though its id is known", async () => {
    const { key } = await put(alice, "mine.txt", "alice's");
    const his = await put(bob, "mine.txt", "bob's");
    expect(his).toEqual({ key: `files/bob/${id}/mine.txt`, status: 200 });
    expect(await api.as(alice).objects.head({ key })).toMatchObject({ sizeBytes: "alice's".length });
  });

  it.each([
    [{ id, path: "../bob/x" }, "is not a relative path of safe names"],
    [{ id: "../bob", path: "x" }, "Invalid"],
    [{ id, path: `${"a/".repeat(490)}a` }, `a key may have ${MAX_KEY_BYTES}`],
  ])("is refused with %j", async (folder, sentence) => {
    const creating = api.as(alice).uploads.create({ fileName: "x", folder, sizeBytes: 1 });
    await expect(creating).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining(sentence) as string,
    });
  });
});
