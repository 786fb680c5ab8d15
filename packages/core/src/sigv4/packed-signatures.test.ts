import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packSignatures } from "./pack-signatures.ts";
import { unpackSignature } from "./packed-signatures.ts";

describe("packSignatures", () => {
  it("loses nothing, and knows where it ends", () => {
    const many = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 20 });
    fc.assert(
      fc.property(many, (signatures) => {
        const packed = packSignatures(Buffer.concat(signatures));
        expect(packed).toBe(
          signatures.map((signature) => Buffer.from(signature).toString("base64url")).join(""),
        );
        for (const [index, signature] of signatures.entries()) {
          expect(unpackSignature(packed, index)).toBe(Buffer.from(signature).toString("hex"));
        }
        expect(unpackSignature(packed, signatures.length)).toBeUndefined();
      }),
    );
  });

  it("is the only one whose texts are read", () => {
    const packed = packSignatures(new Uint8Array(32));
    for (const character of ["+", "/", "=", " ", "é", "\u{4e00}"]) {
      expect(() => unpackSignature(packed.slice(0, 42) + character, 0)).toThrow("no signatures");
    }
  });
});
