import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOUNDARY, formBody, type FormPart } from "../../testing/post-form.ts";
import type { RequestBody } from "../body/request-body.ts";
import { S3Error } from "../s3-error.ts";
import { readForm } from "./read-form.ts";

const FILE: FormPart = { name: "file", value: "content", fileName: "a.txt" };
const ANY_SIZE = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };

function toBody(source: Readable, declaredBytes?: number): RequestBody {
  return {
    declaredBytes,
    isPresent: true,
    open: () => source,
    isOpen: () => true,
    trailers: () => new Map(),
  };
}

/** Cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const starts = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b)];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1]));
}

/** All of the form, or the code of the refusal. */
async function read(pieces: readonly Buffer[], range = ANY_SIZE) {
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  try {
    const form = await readForm(toBody(Readable.from(pieces, { objectMode: false }), total), BOUNDARY);
    const file = Buffer.concat(await form.openFile(range).toArray());
    const fields = [...form.fields.values()].map(({ name, value }) => [name, value]);
    return { fields, fileName: form.fileName, file, expectedBytes: form.expectedBytes };
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

const line = fc.string({ unit: "grapheme-composite", maxLength: 20 });
const text = fc
  .array(line, { maxLength: 4 })
  .map((lines) => lines.join("\r\n"))
  .filter((value) => !value.includes(BOUNDARY) && value.isWellFormed());
/** Bytes, some of which begin like the end of a part. */
const content = fc
  .tuple(
    fc.constantFrom(
      "",
      "\r",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "-",
      "--",
      `--${BOUNDARY.slice(0, -1)}`,
      `\r\n--${BOUNDARY.slice(2)}`,
    ),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map(([start, bytes]) => Buffer.concat([Buffer.from(start), bytes]))
  .filter((bytes) => !bytes.includes(`--${BOUNDARY}`));
const fieldName = fc.stringMatching(/^[a-z-]{1,12}$/).filter((name) => name !== "file");

describe("a form", () => {
  it("gives its fields and its file back, wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fieldName, text), { maxLength: 6, selector: ([name]) => name }),
        content,
        fc.array(fc.nat(), { maxLength: 8 }),
        async (fields, file, places) => {
          const parts = fields.map(([name, value]) => ({ name, value }));
          const body = formBody([...parts, { ...FILE, value: file }]);
          expect(await read(cut(body, places))).toEqual({
            fields,
            fileName: "a.txt",
            file,
            expectedBytes: file.length,
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("joins fields of one name, in whatever case, and leaves out what comes behind the file", async () => {
    const body = formBody([
      { name: "x-amz-meta-Tag", value: "Ninja" },
      { name: "Key", value: "k", fileName: "every part may have one" },
      { name: "X-Amz-Meta-tag", value: "Stallman" },
      FILE,
      { name: "key", value: "other" },
      { name: "submit", value: "Upload" },
    ]);
    expect(await read([body])).toMatchObject({
      fields: [
        ["x-amz-meta-Tag", "Ninja,Stallman"],
        ["Key", "k"],
      ],
      file: Buffer.from("content"),
    });
  });

  it.each([
    ["two files", [FILE, FILE], "InvalidArgument"],
    ["no file", [{ name: "key", value: "k" }], "InvalidArgument"],
    ["a file of another name", [{ ...FILE, name: "upload" }], "InvalidArgument"],
    ["nothing at all", [], "InvalidArgument"],
  ])("is refused with %s", async (_, parts, code) => {
    expect(await read([formBody(parts)])).toBe(code);
  });

  it("has 20,480 bytes for all that is not the file", async () => {
    const withField = (length: number) =>
      formBody([{ name: "x-ignore-me", value: "a".repeat(length) }, FILE]);
    const rest = withField(0).indexOf("content");
    const large = "b".repeat(100_000);
    expect(await read([withField(20_480 - rest)])).toMatchObject({
      fields: [["x-ignore-me", expect.anything()]],
    });
    expect(await read([withField(20_481 - rest)])).toBe("MaxPostPreDataLengthExceeded");
    expect(await read([formBody([{ ...FILE, value: large }])])).toMatchObject({ file: Buffer.from(large) });
    expect(await read([formBody([{ ...FILE, name: "upload", value: large }])])).toBe(
      "MaxPostPreDataLengthExceeded",
    );
    const endless = new Readable({ read: () => void setImmediate(() => endless.push("x".repeat(1000))) });
    await expect(readForm(toBody(endless), BOUNDARY)).rejects.toMatchObject({
      code: "MaxPostPreDataLengthExceeded",
    });
  });

  it("is refused when it ends too early, wherever that is, and when it is no form", async () => {
    const body = formBody([{ name: "key", value: "k" }, FILE]);
    const end = body.length - "\r\n".length; // the last line need not end
    for (let length = 0; length < end; length += 1) {
      expect([length, await read([body.subarray(0, length)])]).toEqual([length, "MalformedPOSTRequest"]);
    }
    expect(await read([body.subarray(0, end)])).toMatchObject({ file: Buffer.from("content") });
    expect(await read([Buffer.from("key=k&file=x")])).toBe("MalformedPOSTRequest");
  });

  it("settles whatever the octets are", async () => {
    const junk = fc.oneof(
      fc.constantFrom(
        `--${BOUNDARY}`,
        "\r\n",
        "--",
        "Content-Disposition: form-data",
        '; name="file"',
        "\0",
        ":",
      ),
      fc.string({ maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(junk, { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (texts, at) => {
          const result = await read(cut(Buffer.from(texts.join("")), at));
          const outcome = typeof result === "string" ? result : "read";
          expect(["read", "MalformedPOSTRequest", "InvalidArgument"]).toContain(outcome);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the file of a form", () => {
  it.each([
    [2, "EntityTooSmall"],
    [3, undefined],
    [5, undefined],
    [6, "EntityTooLarge"],
    [1_000_000, "EntityTooLarge"],
  ])("of %i bytes is held against a range of 3 to 5", async (sizeBytes, code) => {
    const body = formBody([{ ...FILE, value: Buffer.alloc(sizeBytes) }]);
    const result = await read(cut(body, [100, 101, 102]), { minBytes: 3, maxBytes: 5 });
    expect(typeof result === "string" ? result : undefined).toBe(code);
  });

  it("stops the body at the first byte over the range", async () => {
    let givenBytes = 0;
    const head = formBody([FILE]).subarray(0, -20);
    const endless = new Readable({
      read() {
        const piece = givenBytes === 0 ? head : Buffer.alloc(16_384);
        givenBytes += piece.length;
        setImmediate(() => endless.push(piece));
      },
    });
    const form = await readForm(toBody(endless), BOUNDARY);
    await expect(form.openFile({ minBytes: 0, maxBytes: 100_000 }).toArray()).rejects.toMatchObject({
      code: "EntityTooLarge",
    });
    expect(givenBytes).toBeLessThan(1_500_000);
    expect([endless.listenerCount("data"), endless.destroyed]).toEqual([0, false]); // somebody else may drain it
  });

  it.each([false, true])("is not read ahead of its reader, with somebody listening: %s", async (isOpen) => {
    const source = new PassThrough();
    source.write(formBody([FILE]).subarray(0, -20));
    const form = await readForm(toBody(source), BOUNDARY);
    if (isOpen) form.openFile(ANY_SIZE).on("readable", () => {});
    let writtenBytes = 0;
    while (source.write(Buffer.alloc(65_536)) && writtenBytes < 10_000_000) {
      writtenBytes += 65_536;
      await new Promise(setImmediate);
    }
    expect(writtenBytes).toBeLessThan(2_000_000);
    form.release();
    source.destroy();
  });

  it("fails when the client goes, before it is read and while it is", async () => {
    const open = async () => {
      const source = new PassThrough();
      source.write(formBody([FILE]).subarray(0, -20));
      const form = await readForm(toBody(source), BOUNDARY);
      return { source, file: form.openFile(ANY_SIZE) };
    };
    const before = await open();
    before.source.destroy();
    await expect(before.file.toArray()).rejects.toMatchObject({ code: "IncompleteBody" });
    const during = await open();
    during.file.once("data", () => during.source.destroy());
    await expect(during.file.toArray()).rejects.toMatchObject({ code: "IncompleteBody" });
    const gone = new PassThrough();
    gone.destroy();
    await expect(readForm(toBody(gone), BOUNDARY)).rejects.toMatchObject({ code: "IncompleteBody" });
  });

  it("does not count as whole when the connection breaks behind its last boundary", async () => {
    const source = new PassThrough();
    source.write(formBody([FILE]));
    const form = await readForm(toBody(source, 10_000), BOUNDARY);
    const file = form.openFile(ANY_SIZE);
    const leave = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate); // for the parser to finish
      source.destroy();
    };
    file.once("data", () => void leave());
    await expect(file.toArray()).rejects.toMatchObject({ code: "IncompleteBody" });
  });
});
