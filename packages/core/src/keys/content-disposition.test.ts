import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentDisposition, fileNameOfContentDisposition } from "./content-disposition.ts";

describe("contentDisposition", () => {
  it("gives an ASCII fallback and the real name", () => {
    expect(contentDisposition("attachment", 'na "ïve" 100%.txt')).toBe(
      `attachment; filename="na __ve_ 100_.txt"; filename*=UTF-8''na%20%22%C3%AFve%22%20100%25.txt`,
    );
  });

  it("brings any name back, in a header that is plain ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (fileName) => {
        const header = contentDisposition("inline", fileName);
        expect(header).toMatch(/^[\x20-\x7e]+$/);
        expect(fileNameOfContentDisposition(header)).toBe(fileName);
      }),
    );
  });
});

describe("fileNameOfContentDisposition", () => {
  it.each([
    ['attachment; filename="plain.txt"', "plain.txt"],
    ["attachment; filename=plain.txt", "plain.txt"],
    ["attachment; filename*=UTF-8''%ff; filename=\"b.txt\"", "b.txt"],
    ["inline", undefined],
  ])("reads %j as %j", (header, expected) => {
    expect(fileNameOfContentDisposition(header)).toBe(expected);
  });
});
