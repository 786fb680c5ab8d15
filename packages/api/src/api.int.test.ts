import { TRPCError } from "@trpc/server";
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { combineCrc64Nvme, MiB } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "./testing/open-api.ts";
import { refusedWith } from "./testing/refused-with.ts";
import { crc64, sendPart } from "./testing/send-part.ts";
import { signedDownload } from "./testing/signed-download.ts";

let api: Awaited<ReturnType<typeof openApi>>;
const alice = { id: "alice", scopes: [] };
const bob = { id: "alice2", scopes: [] }; // alice's name is a prefix of his

beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

function someBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = (index * 31) % 251;
  return bytes;
}

/** Five MiB and two MiB, as one multipart upload, sent but not completed. */
async function beginUpload(principal = alice) {
  const bytes = someBytes(7 * MiB);
  const parts = [bytes.slice(0, 5 * MiB), bytes.slice(5 * MiB)] as const;
  const partChecksums = [await crc64(parts[0]), await crc64(parts[1])];
  const waybill = await api.as(principal).uploads.create({
    fileName: "two parts.bin",
    contentType: "application/x-two",
    metadata: { note: "naïve ☂" },
    sizeBytes: bytes.length,
    partSizeBytes: 5 * MiB,
    partChecksums,
  });
  const checksum = { algorithm: "CRC64NVME" as const, value: await crc64(bytes) };
  return { waybill, parts, partChecksums, checksum, bytes };
}

async function put(principal: typeof alice, fileName: string, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const value = await crc64(bytes);
  const caller = api.as(principal);
  const { token, key, parts } = await caller.uploads.create({
    fileName,
    sizeBytes: bytes.length,
    partChecksums: [value],
  });
  expect(await sendPart(parts, { partNumber: 1, bytes })).toBe(200);
  await caller.uploads.complete({
    token,
    partChecksums: [value],
    checksum: { algorithm: "CRC64NVME", value },
  });
  return key;
}

describe("an upload in parts", () => {
  it("is published once the store holds every byte, and brings back name, type and metadata", async () => {
    const { waybill, parts, partChecksums, checksum } = await beginUpload();
    expect(waybill.plan).toEqual({
      kind: "multipart",
      sizeBytes: 7 * MiB,
      partSizeBytes: 5 * MiB,
      partCount: 2,
    });
    for (const [index, bytes] of parts.entries()) {
      expect(await sendPart(waybill.parts, { partNumber: index + 1, bytes })).toBe(200);
    }
    const { token, key, uploadId = "" } = waybill;
    const began = { key, uploadId, sizeBytes: 7 * MiB, partSizeBytes: 5 * MiB };
    expect(await api.as(alice).uploads.resume(began)).toMatchObject({
      state: "open",
      plan: waybill.plan,
      parts: [
        { partNumber: 1, checksum: partChecksums[0] },
        { partNumber: 2, checksum: partChecksums[1] },
      ],
    });
    const object = await api.as(alice).uploads.complete({ token, partChecksums, checksum });
    expect(object).toMatchObject({
      key: waybill.key,
      fileName: "two parts.bin",
      contentType: "application/x-two",
      metadata: { note: "naïve ☂" },
      sizeBytes: 7 * MiB,
      checksum,
    });
    expect(await api.as(alice).uploads.resume(began)).toEqual({ state: "completed", object });
    // The answer was lost, and the client asks again.
    expect(await api.as(alice).uploads.complete({ token, partChecksums, checksum })).toEqual(object);
  });

  it("is not published while a part is missing", async () => {
    const { waybill, parts, partChecksums, checksum } = await beginUpload();
    await sendPart(waybill.parts, { partNumber: 1, bytes: parts[0] });
    const { token, key } = waybill;
    await expect(api.as(alice).uploads.complete({ token, partChecksums, checksum })).rejects.toThrow(
      "The store lacks part 2.",
    );
    await expect(api.as(alice).objects.head({ key })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  it("is not published when the store holds other bytes than the client claims", async () => {
    const { waybill, parts, partChecksums } = await beginUpload();
    for (const [index, bytes] of parts.entries())
      await sendPart(waybill.parts, { partNumber: index + 1, bytes });
    const claimed = [partChecksums[0] ?? "", await crc64(someBytes(9))];
    const value = combineCrc64Nvme([
      { value: claimed[0] ?? "", sizeBytes: 5 * MiB },
      { value: claimed[1] ?? "", sizeBytes: 2 * MiB },
    ]);
    const { token, key } = waybill;
    await expect(
      api
        .as(alice)
        .uploads.complete({ token, partChecksums: claimed, checksum: { algorithm: "CRC64NVME", value } }),
    ).rejects.toEqual(refusedWith("CHECKSUM_MISMATCH"));
    await expect(api.as(alice).objects.head({ key })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  it("has further parts signed by its token", async () => {
    const { waybill, parts, partChecksums } = await beginUpload();
    const signed = await api.as(alice).uploads.sign({
      token: waybill.token,
      parts: [{ partNumber: 2, checksum: partChecksums[1] ?? "" }],
    });
    expect(await sendPart(signed, { partNumber: 2, bytes: parts[1], signatureIndex: 0 })).toBe(200);
  });

  it("goes on with a new token, for its owner alone, within the collection's limit", async () => {
    const { waybill, parts, partChecksums, checksum } = await beginUpload();
    const { key, uploadId = "" } = waybill;
    expect(await sendPart(waybill.parts, { partNumber: 1, bytes: parts[0] })).toBe(200);
    const began = { key, uploadId, sizeBytes: 7 * MiB, partSizeBytes: 5 * MiB };
    await expect(api.as(bob).uploads.resume(began)).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
    const tooLarge = { ...began, sizeBytes: 2 * 1024 ** 4, partSizeBytes: 5 * 1024 ** 3 };
    await expect(api.as(alice).uploads.resume(tooLarge)).rejects.toEqual(refusedWith("TOO_LARGE"));
    const resumed = await api.as(alice).uploads.resume(began);
    if (resumed.state !== "open") throw new Error("It is not open.");
    expect(resumed.parts).toMatchObject([{ partNumber: 1, checksum: partChecksums[0] }]);
    const signed = await api.as(alice).uploads.sign({
      token: resumed.token,
      parts: [{ partNumber: 2, checksum: partChecksums[1] ?? "" }],
    });
    expect(await sendPart(signed, { partNumber: 2, bytes: parts[1], signatureIndex: 0 })).toBe(200);
    const { token } = resumed;
    const object = await api.as(alice).uploads.complete({ token, partChecksums, checksum });
    expect(object).toMatchObject({ fileName: "two parts.bin", contentType: "application/x-two", checksum });
  });

  it("ends with an abort, after which nothing is open", async () => {
    const { waybill } = await beginUpload();
    const { token, key, uploadId = "" } = waybill;
    expect((await api.as(alice).uploads.list({})).uploads).toContainEqual(
      expect.objectContaining({ key, uploadId }),
    );
    await api.as(alice).uploads.abort({ token });
    expect((await api.as(alice).uploads.list({})).uploads).not.toContainEqual(
      expect.objectContaining({ uploadId }),
    );
    const began = { key, uploadId, sizeBytes: 7 * MiB, partSizeBytes: 5 * MiB };
    expect(await api.as(alice).uploads.resume(began)).toEqual({ state: "gone" });
    await expect(api.as(alice).uploads.abort({ key, uploadId })).rejects.toEqual(
      refusedWith("UPLOAD_NOT_FOUND"),
    );
  });

  it("says that it is gone when it was aborted behind its back", async () => {
    const { waybill, partChecksums, checksum } = await beginUpload();
    const { token, key, uploadId } = waybill;
    const { client, bucket } = api.direct;
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    await expect(api.as(alice).uploads.complete({ token, partChecksums, checksum })).rejects.toEqual(
      refusedWith("UPLOAD_NOT_FOUND"),
    );
  });
});

describe("an upload in one request", () => {
  it.each(["", "x", "hello"])("stores %j", async (text) => {
    const key = await put(alice, "small.txt", text);
    expect(await api.as(alice).objects.head({ key })).toMatchObject({
      sizeBytes: text.length,
      fileName: "small.txt",
    });
  });

  it("is not complete before it arrived", async () => {
    const value = await crc64(someBytes(4));
    const { token } = await api
      .as(alice)
      .uploads.create({ fileName: "a", sizeBytes: 4, partChecksums: [value] });
    await expect(
      api
        .as(alice)
        .uploads.complete({ token, partChecksums: [value], checksum: { algorithm: "CRC64NVME", value } }),
    ).rejects.toEqual(refusedWith("UPLOAD_INCOMPLETE"));
  });
});

describe("a download", () => {
  it("carries the name it was asked to, for as long as it was asked to", async () => {
    const key = await put(alice, "name.txt", "content");
    const { request, expiresAt, object } = await signedDownload(api.as(alice), {
      key,
      fileName: "다른 이름.txt",
      expiresIn: 60,
    });
    const response = await fetch(request.url);
    expect(await response.text()).toBe("content");
    expect(response.headers.get("content-disposition")).toContain(
      "filename*=UTF-8''%EB%8B%A4%EB%A5%B8%20%EC%9D%B4%EB%A6%84.txt",
    );
    expect(object.fileName).toBe("name.txt");
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    expect(new URL(request.url).searchParams.get("X-Amz-Expires")).toBe("60");
  });
});

describe("what could run as a page", () => {
  it("comes as a file to be saved, unless who asks wants to see it", async () => {
    const bytes = new TextEncoder().encode("<script>alert(1)</script>");
    const value = await crc64(bytes);
    const html = { fileName: "a.html", contentType: "text/html", sizeBytes: bytes.length };
    const { key, parts } = await api.as(alice).uploads.create({ ...html, partChecksums: [value] });
    expect(await sendPart(parts, { partNumber: 1, bytes })).toBe(200);
    const dispositionOf = async (input: { disposition?: "inline" } = {}) => {
      const { request } = await signedDownload(api.as(alice), { key, ...input });
      return (await fetch(request.url)).headers.get("content-disposition");
    };
    expect(await dispositionOf()).toMatch(/^attachment; /);
    expect(await dispositionOf({ disposition: "inline" })).toMatch(/^inline; /);
  });
});

describe("two principals", () => {
  it("never reach each other's keys", async () => {
    const key = await put(alice, "secret.txt", "alice's");
    const his = api.as(bob);
    for (const attempt of [
      () => his.objects.head({ key }),
      () => his.objects.remove({ keys: [key] }),
      () => his.downloads.create({ key }),
      () => his.uploads.abort({ key, uploadId: "x" }),
    ]) {
      await expect(attempt()).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
    }
    for (const prefix of ["", "files/", "files/alice", "files/alice/", key]) {
      expect((await his.objects.list({ prefix })).objects.map((object) => object.key)).not.toContain(key);
    }
    expect((await api.as(alice).objects.list({ prefix: "files/al" })).objects).toContainEqual(
      expect.objectContaining({ key }),
    );
  });

  it("do not see each other's open uploads; only the sweeper sees all", async () => {
    const { waybill } = await beginUpload(alice);
    const mine = expect.objectContaining({ uploadId: waybill.uploadId });
    expect((await api.as(bob).uploads.list({})).uploads).not.toContainEqual(mine);
    await expect(api.as(bob).uploads.list({ owner: "everyone" })).rejects.toEqual(refusedWith("FORBIDDEN"));
    const sweeper = api.as({ id: "worker", scopes: ["uploads:sweep"] });
    expect((await sweeper.uploads.list({ owner: "everyone" })).uploads).toContainEqual(mine);
    await sweeper.uploads.abort({ key: waybill.key, uploadId: waybill.uploadId ?? "" });
    expect((await api.as(alice).uploads.list({})).uploads).not.toContainEqual(mine);
  });
});

describe("bad input", () => {
  const create = (input: Record<string, unknown>) =>
    api.as(alice).uploads.create({ fileName: "a", sizeBytes: 1, ...input });

  it.each([
    [{ fileName: "" }],
    [{ sizeBytes: -1 }],
    [{ sizeBytes: 1.5 }],
    [{ contentType: "text/plain\r\nx-evil: 1" }],
    [{ metadata: { "Bad Name": "x" } }],
    [{ metadata: { a: "x".repeat(3000) } }],
    [{ partSizeBytes: 1024 }],
    [{ partChecksums: ["short"] }],
  ])("%j is refused before anything happens", async (input) => {
    await expect(create(input)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(create(input)).rejects.toBeInstanceOf(TRPCError);
  });

  it("names the collections that exist", async () => {
    await expect(create({ collection: "nope" })).rejects.toThrow(
      'There is no collection "nope"; there is files, drive, temporary, avatars.',
    );
  });

  it("removes nothing when one of the keys does not exist", async () => {
    const key = await put(alice, "stays.txt", "1");
    await expect(api.as(alice).objects.remove({ keys: [key, `${key}x`] })).rejects.toEqual(
      refusedWith("OBJECT_NOT_FOUND"),
    );
    expect(await api.as(alice).objects.head({ key })).toMatchObject({ key });
    expect(await api.as(alice).objects.remove({ keys: [key] })).toEqual({ removed: [key] });
  });
});

describe("health", () => {
  it("is for everyone, and says nothing of the store to those who are not logged in", async () => {
    expect(Object.keys(await api.as(undefined).health())).toEqual(["status", "version", "now"]);
    await expect(api.as(undefined).storeHealth()).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    await expect(api.as(undefined).objects.list({})).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    expect(await api.as(alice).storeHealth()).toMatchObject({
      bucket: "waybill-test",
      reachable: { ok: true },
    });
  });
});

describe("listing", () => {
  it("goes on where the page before ended", async () => {
    const carol = { id: "carol", scopes: [] };
    const keys: string[] = [];
    for (const name of ["1", "2", "3"]) keys.push(await put(carol, name, name));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.as(carol).objects.list({ limit: 2, cursor });
      seen.push(...page.objects.map(({ key }) => key));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(keys);
    await expect(api.as(carol).objects.list({ cursor: "mine" })).rejects.toEqual(
      refusedWith("INVALID_INPUT"),
    );
  });

  it("shows objects that others have stored, also under keys that are refused as input", async () => {
    const { client, bucket } = api.direct;
    const erin = { id: "erin", scopes: [] };
    const odd = ["", "\u0001 \u001f", "\n", "a/../b", "a//b", "b +%2B&amp;", "é\u{1f4e6}\ufffe"];
    const keys = odd.map((name) => `files/erin/${name}`);
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    const { objects } = await api.as(erin).objects.list({});
    expect(objects.map(({ key }) => key)).toEqual(keys);
    await expect(api.as(erin).downloads.create({ key: "files/erin/a/../b" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  it("shows and aborts uploads that others have begun, also under keys that are refused as input", async () => {
    const { client, bucket } = api.direct;
    const fred = api.as({ id: "fred", scopes: [] }).uploads;
    const keys = ["\u0001", "\n", "a/../b", "b +%2B"].map((name) => `files/fred/${name}`);
    for (const Key of keys) await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    const first = await fred.list({ limit: 1 });
    const rest = await fred.list({ cursor: first.cursor });
    const uploads = [...first.uploads, ...rest.uploads];
    expect(uploads).toMatchObject(keys.map((key) => ({ key })));
    for (const { key, uploadId } of uploads) await fred.abort({ key, uploadId });
    expect((await fred.list({})).uploads).toEqual([]);
  });

  it("leaves no upload open that an upload in parts had begun and finished", async () => {
    const { client, bucket } = api.direct;
    const dora = { id: "dora", scopes: [] };
    const { waybill, parts, partChecksums, checksum } = await beginUpload(dora);
    for (const [index, bytes] of parts.entries())
      await sendPart(waybill.parts, { partNumber: index + 1, bytes });
    await api.as(dora).uploads.complete({ token: waybill.token, partChecksums, checksum });
    const { Uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: "files/dora/" }),
    );
    expect(Uploads).toEqual([]);
  });
});
