import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { md5OfETag } from "./md5-of-e-tag.ts";

describe("md5OfETag", () => {
  it("writes the MD5 that an ETag is in base64, with its number of parts", () => {
    const count = fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.uint8Array(), count, fc.constantFrom('"', ""), (bytes, parts, quote) => {
        const digest = createHash("md5").update(bytes).digest();
        const suffix = parts === undefined ? "" : `-${parts}`;
        const eTag = `${quote}${digest.toString("hex")}${suffix}${quote}`;
        expect(md5OfETag(eTag)).toBe(digest.toString("base64") + suffix);
        expect(md5OfETag(eTag.toUpperCase())).toBe(digest.toString("base64") + suffix);
      }),
    );
  });

  it.each(["", '"1"', `"${"0".repeat(31)}"`, `"${"0".repeat(33)}"`, `W/"${"0".repeat(32)}"`])(
    "finds none in %s",
    (eTag) => {
      expect(md5OfETag(eTag)).toBeNull();
    },
  );

  it.each(["-0", "-", "-01", "-1-1", "-123456"])("finds none with %s behind it", (suffix) => {
    expect(md5OfETag(`"${"0".repeat(32)}${suffix}"`)).toBeNull();
  });
});
