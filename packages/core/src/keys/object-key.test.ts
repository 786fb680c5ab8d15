import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_KEY_BYTES } from "../s3-limits.ts";
import { createKeyId } from "./key-id.ts";
import { createObjectKey, fileNameOfKey, keySegment, safeFileName, utf8Length } from "./object-key.ts";

const anyText = fc.string({ unit: "binary", maxLength: 400 });

describe("createObjectKey", () => {
  it("stays within 1,024 bytes and has no segment that a URL parser would collapse", () => {
    fc.assert(
      fc.property(anyText, (fileName) => {
        const key = createObjectKey({ prefix: "files/u1/", id: createKeyId(new Date()), fileName });
        expect(utf8Length(key)).toBeLessThanOrEqual(MAX_KEY_BYTES);
        const segments = key.split("/");
        expect(segments).toHaveLength(4);
        for (const segment of segments) expect(["", ".", ".."]).not.toContain(segment);
      }),
    );
  });

  it("sorts by time of arrival", () => {
    const key = (ms: number) =>
      createObjectKey({ prefix: "f/", id: createKeyId(new Date(ms)), fileName: "a" });
    expect([key(2_000_000_000_000), key(1_700_000_000_000)].toSorted()[0]).toMatch(/^f\/018b/);
  });

  it("gives two files of one name different keys", () => {
    const now = new Date();
    const key = () => createObjectKey({ prefix: "f/", id: createKeyId(now), fileName: "a" });
    expect(key()).not.toBe(key());
  });
});

describe("safeFileName", () => {
  it.each([
    ["report (final) 100%.pdf", "report (final) 100%.pdf"],
    ["사진 📷.jpg", "사진 📷.jpg"],
    ["cafe\u0301.txt", "caf\u00e9.txt"],
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["..", "_.."],
    ["", "_"],
    ["a\u0000b\nc", "a_b_c"],
    ["invoice\u202efdp.exe", "invoice_fdp.exe"],
    ["C:\\temp\\x.txt", "C:_temp_x.txt"],
  ])("turns %j into %j", (fileName, expected) => {
    expect(safeFileName(fileName)).toBe(expected);
  });

  it("cuts a long name at a character's border and keeps the extension", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 255 }), (fileName, maxBytes) => {
        const name = safeFileName(`${fileName}.jpeg`, maxBytes);
        expect(utf8Length(name)).toBeLessThanOrEqual(maxBytes);
        expect(name.endsWith(".jpeg")).toBe(true);
        expect(name.isWellFormed()).toBe(true);
      }),
    );
  });

  it("is settled after one pass", () => {
    fc.assert(
      fc.property(anyText, (fileName) => {
        const once = safeFileName(fileName);
        expect(safeFileName(once)).toBe(once);
      }),
    );
  });
});

describe("keySegment", () => {
  it("never lets two principals share a segment", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(keySegment(a) === keySegment(b)).toBe(a === b);
        expect(keySegment(a)).toMatch(/^[A-Za-z0-9_~-]*$/);
      }),
    );
  });
});

describe("fileNameOfKey", () => {
  it("is what follows the last slash", () => {
    expect(fileNameOfKey("files/u1/id/a b.txt")).toBe("a b.txt");
    expect(fileNameOfKey("plain")).toBe("plain");
  });
});
