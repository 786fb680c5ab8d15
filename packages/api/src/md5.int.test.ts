import { createHash } from "node:crypto";
import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { combineCrc64Nvme, MiB } from "@waybill/core";
import { completeMultipartUpload, listParts } from "@waybill/core/s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "./testing/open-api.ts";
import { refusedWith } from "./testing/refused-with.ts";
import { crc64, sendPart } from "./testing/send-part.ts";

/* A store that refuses additional checksums: what is proven is proven by the MD5s that its ETags are. */
let api: Awaited<ReturnType<typeof openApi>>;
const alice = { id: "alice", scopes: [] };
const integrity = "MD5";

beforeAll(async () => {
  api = await openApi({ checksums: "refused", integrity });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();
const base64 = (bytes: Uint8Array) => md5(bytes).toString("base64");

const BYTES = new Uint8Array(11 * MiB).map((_, index) => (index * 31) % 251);
const PARTS = [BYTES.slice(0, 5 * MiB), BYTES.slice(5 * MiB, 10 * MiB), BYTES.slice(10 * MiB)];
const WHOLE = {
  algorithm: "MD5",
  value: `${md5(Buffer.concat(PARTS.map(md5))).toString("base64")}-3`,
  partSizeBytes: 5 * MiB,
} as const;
const partChecksums = PARTS.map(base64);
const PART = { sizeBytes: BYTES.length, partSizeBytes: 5 * MiB };

/** As one upload in three parts, of which `bytes` are sent. */
async function beginUpload(bytes: readonly Uint8Array<ArrayBuffer>[] = PARTS) {
  const waybill = await api.as(alice).uploads.create({ fileName: "three.bin", ...PART, partChecksums });
  for (const [index, part] of bytes.entries()) {
    const sent = { partNumber: index + 1, bytes: part, integrity } as const;
    expect(await sendPart(waybill.parts, sent)).toBe(200);
  }
  const { token, key, uploadId = "" } = waybill;
  const complete = (checksum: typeof WHOLE = WHOLE) =>
    api.as(alice).uploads.complete({ token, partChecksums, checksum });
  return { waybill, token, key, uploadId, complete };
}

/** Put other bytes into a part than were signed for it. */
async function replacePart(upload: { key: string; uploadId: string }, partNumber: number): Promise<void> {
  const { client, bucket } = api.direct;
  const part = { Bucket: bucket, Key: upload.key, UploadId: upload.uploadId, PartNumber: partNumber };
  const Body = PARTS[partNumber - 1]?.slice().fill(1) ?? expect.fail();
  await client.send(new UploadPartCommand({ ...part, Body }));
}

/** What every answer of the store to the next requests of this kind says besides. */
function answerWith(command: string, output: Record<string, unknown>): () => void {
  const name = `answer-${command}`;
  api.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === command && typeof result.output === "object")
        Object.assign(result.output, output);
      return result;
    },
    { step: "initialize", name },
  );
  return () => void api.client.middlewareStack.remove(name);
}

/** The same of what describes an object, with other headers. */
function answerHeadWith(headers: Record<string, string>): () => void {
  const { store } = api.deps;
  const { send } = store;
  store.send = async (request) => {
    const answer = await send(request);
    return request.method === "HEAD" ? { ...answer, headers: { ...answer.headers, ...headers } } : answer;
  };
  return () => void (store.send = send);
}

describe("an upload in parts", () => {
  it("is published, and proven by the ETag that the store makes of it", async () => {
    const { waybill, key, uploadId, complete } = await beginUpload();
    expect(waybill).toMatchObject({ integrity, parts: { template: { checksumHeader: "content-md5" } } });
    expect(await api.as(alice).uploads.resume({ key, uploadId, ...PART })).toMatchObject({
      state: "open",
      integrity,
      parts: partChecksums.map((checksum, index) => ({ partNumber: index + 1, checksum })),
    });
    const object = await complete();
    expect(object).toMatchObject({ sizeBytes: BYTES.length, checksum: WHOLE });
    expect(await complete()).toEqual(object); // the answer was lost, and the client asks again
    expect(await api.as(alice).objects.head({ key })).toEqual(object);
    expect((await api.as(alice).downloads.create({ key })).object).toEqual(object);
  });

  it("has the size of its parts noted, unseen, so that no store need be asked for it", async () => {
    const { key, complete } = await beginUpload();
    await complete();
    const asked: number[] = [];
    const { store } = api.deps;
    const { send } = store;
    store.send = (request) => {
      if (request.query?.["partNumber"] !== undefined) asked.push(1);
      return send(request);
    };
    expect(await api.as(alice).objects.head({ key })).toMatchObject({ metadata: {}, checksum: WHOLE });
    store.send = send;
    expect(asked).toEqual([]);
  });

  it("signs each part for its MD5", async () => {
    const { waybill } = await beginUpload([]);
    const [first = expect.fail()] = PARTS;
    const other = first.slice().fill(1);
    expect(await sendPart(waybill.parts, { partNumber: 1, bytes: other, integrity })).toBe(403);
    expect(await sendPart(waybill.parts, { partNumber: 1, bytes: first })).toBe(403); // without the header
  });

  it("tells who comes with CRC64NVMEs which checksums to bring, and has those signed", async () => {
    const crcs = await Promise.all(PARTS.map(crc64));
    const { uploads } = api.as(alice);
    const waybill = await uploads.create({ fileName: "a", ...PART, partChecksums: crcs });
    expect(waybill).toMatchObject({ integrity, parts: { signatures: "" } });
    const { token } = waybill;
    const sign = (checksum: string) => uploads.sign({ token, parts: [{ partNumber: 3, checksum }] });
    await expect(sign(crcs[2] ?? "")).rejects.toThrow(
      "The store takes the MD5 of each part, and nothing else.",
    );
    const [, , last = expect.fail()] = PARTS;
    const sent = { partNumber: 3, bytes: last, signatureIndex: 0, integrity } as const;
    expect(await sendPart(await sign(base64(last)), sent)).toBe(200);
    const value = combineCrc64Nvme(
      crcs.map((crc, index) => ({ value: crc, sizeBytes: PARTS[index]?.length ?? 0 })),
    );
    const checksum = { algorithm: "CRC64NVME", value } as const;
    await expect(uploads.complete({ token, partChecksums: crcs, checksum })).rejects.toEqual(
      refusedWith("INVALID_INPUT"),
    );
  });

  it("is not published while a part is missing, or holds other bytes", async () => {
    const lacking = await beginUpload(PARTS.slice(0, 2));
    await expect(lacking.complete()).rejects.toThrow("The store lacks part 3.");
    const replaced = await beginUpload();
    await replacePart(replaced, 2);
    await expect(replaced.complete()).rejects.toThrow("The store holds other bytes in part 2.");
    for (const { key } of [lacking, replaced])
      await expect(api.as(alice).objects.head({ key })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  it("is not published when the parts do not make the MD5 that is claimed of the whole", async () => {
    const { complete } = await beginUpload();
    const claims = [WHOLE.value.replace("-3", "-2"), WHOLE.value.replace("-3", ""), `${base64(BYTES)}-3`];
    for (const value of claims) {
      await expect(complete({ ...WHOLE, value } as typeof WHOLE)).rejects.toEqual(
        refusedWith("INVALID_INPUT"),
      );
    }
  });

  it("is refused when what was published is something else", async () => {
    const upload = await beginUpload();
    await replacePart(upload, 2);
    const parts = await listParts(api.deps.store, upload);
    const published = { ...upload, parts, sizeBytes: BYTES.length, checksum: WHOLE, overwrite: false };
    await completeMultipartUpload(api.deps.store, published);
    await expect(upload.complete()).rejects.toEqual(refusedWith("CHECKSUM_MISMATCH"));
  });
});

describe("a store whose ETags are no MD5s", () => {
  it.each([
    { ServerSideEncryption: "aws:kms" },
    { ServerSideEncryption: "aws:kms:dsse" },
    { SSECustomerAlgorithm: "AES256" },
  ])("is refused before a byte is sent when it says that it encrypts by %j", async (answer) => {
    const before = await api.as(alice).uploads.list({});
    const restore = answerWith("CreateMultipartUploadCommand", answer);
    await expect(beginUpload()).rejects.toEqual(refusedWith("CHECKSUM_UNPROVEN"));
    restore();
    expect(await api.as(alice).uploads.list({})).toEqual(before); // nothing is left open
  });

  it.each([
    ["are something else", PARTS.map((_, index) => `"opaque-${index}"`)],
    ["look like MD5s", PARTS.map((_, index) => `"${String(index).repeat(32)}"`)],
  ])("is refused when those of the parts %s", async (_, eTags) => {
    const { key, complete } = await beginUpload();
    const Parts = PARTS.map(({ length }, index) => ({
      PartNumber: index + 1,
      Size: length,
      ETag: eTags[index],
    }));
    const restore = answerWith("ListPartsCommand", { Parts });
    await expect(complete()).rejects.toThrow(/ETags are not the MD5s of what was sent.*KMS/);
    await expect(complete()).rejects.toEqual(refusedWith("CHECKSUM_UNPROVEN"));
    restore();
    await expect(api.as(alice).objects.head({ key })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  it.each<Record<string, string>>([{ "x-amz-server-side-encryption": "aws:kms" }, { etag: '"opaque"' }])(
    "proves no upload in one request when it answers %j",
    async (answer) => {
      const upload = await putSmall("hello");
      const restore = answerHeadWith(answer);
      await expect(upload.complete()).rejects.toEqual(refusedWith("CHECKSUM_UNPROVEN"));
      expect(await api.as(alice).objects.head(upload)).toMatchObject({ checksum: null });
      restore();
    },
  );
});

async function putSmall(text: string) {
  const bytes = new TextEncoder().encode(text);
  const value = base64(bytes);
  const { uploads } = api.as(alice);
  const input = { fileName: "small.txt", sizeBytes: bytes.length, partChecksums: [value] };
  const { token, key, parts } = await uploads.create(input);
  expect(await sendPart(parts, { partNumber: 1, bytes, integrity })).toBe(200);
  const checksum = { algorithm: "MD5", value } as const;
  return { key, checksum, complete: () => uploads.complete({ token, partChecksums: [value], checksum }) };
}

describe("an upload in one request", () => {
  it.each(["", "hello"])("of %j is proven by its ETag, which is the MD5 of all of it", async (text) => {
    const { complete, checksum } = await putSmall(text);
    expect(await complete()).toMatchObject({ sizeBytes: text.length, checksum });
  });

  it("is refused when something else is stored there", async () => {
    const { key, complete } = await putSmall("hello");
    const { client, bucket } = api.direct;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "hallo" }));
    await expect(complete()).rejects.toEqual(refusedWith("CHECKSUM_MISMATCH"));
  });
});

describe("the size of the parts of an object", () => {
  /** By somebody else's client. */
  async function storeParts(parts: readonly Uint8Array[]): Promise<string> {
    const { client, bucket } = api.direct;
    const at = { Bucket: bucket, Key: `files/alice/${parts.map(({ length }) => length).join("-")}` };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const upload = { key: at.Key, uploadId: UploadId ?? "" };
    for (const [index, Body] of parts.entries())
      await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: index + 1, Body }));
    const listed = await listParts(api.deps.store, upload);
    const sizeBytes = BYTES.length; // which such a store is not told
    await completeMultipartUpload(api.deps.store, {
      ...upload,
      parts: listed,
      sizeBytes,
      checksum: WHOLE,
      overwrite: false,
    });
    return at.Key;
  }
  const checksumOf = async (key: string) => (await api.as(alice).objects.head({ key })).checksum;
  const cut = (...sizes: number[]) =>
    sizes.map((size, index) => {
      const start = sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
      return BYTES.subarray(start, start + size);
    });

  it.each([
    ["two equal ones", [5 * MiB, 5 * MiB]],
    ["one that is last", [7]],
    ["a last one of one byte", [5 * MiB, 5 * MiB, 1]],
  ])("is told for %s", async (_, sizes) => {
    const key = await storeParts(cut(...sizes));
    expect(await checksumOf(key)).toMatchObject({ algorithm: "MD5", partSizeBytes: sizes[0] });
  });

  it.each([
    ["differ", [5 * MiB, 5.5 * MiB, 0.5 * MiB]],
    ["end in the largest", [5 * MiB, 6 * MiB]],
  ])("is not told where parts %s", async (_, sizes) => {
    const key = await storeParts(cut(...sizes));
    expect(await checksumOf(key)).toEqual({
      algorithm: "MD5",
      value: expect.stringMatching(/==-\d$/) as string,
    });
  });

  it("is not told where the store answers no question about parts", async () => {
    const key = await storeParts(cut(5 * MiB, 5 * MiB, 1 * MiB));
    const restore = answerHeadWith({ "content-length": String(BYTES.length) }); // as for the whole
    expect(await checksumOf(key)).not.toHaveProperty("partSizeBytes");
    restore();
  });
});
