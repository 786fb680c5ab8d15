import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMetadataValue, encodeMetadataValue, UserMetadata } from "./user-metadata.ts";

describe("encodeMetadataValue", () => {
  it("survives a header, which trims it and folds its white space", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const header = encodeMetadataValue(value).trim().replace(/ +/g, " ");
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeMetadataValue(header)).toBe(value);
      }),
    );
  });

  it("leaves plain text readable", () => {
    expect(encodeMetadataValue("Summer holiday, 2026")).toBe("Summer holiday, 2026");
  });
});

describe("decodeMetadataValue", () => {
  it("returns a foreign value as it is", () => {
    expect(decodeMetadataValue("100%")).toBe("100%");
  });
});

describe("UserMetadata", () => {
  it("refuses what S3 cannot hold", () => {
    expect(UserMetadata.safeParse({ Colour: "x" }).success).toBe(false);
    expect(UserMetadata.safeParse({ a: "x".repeat(2048) }).success).toBe(false);
    expect(UserMetadata.safeParse({ a: "x".repeat(2047) }).success).toBe(true);
  });
});
