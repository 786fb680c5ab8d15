import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createMd5 } from "./create-md5.ts";

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("base64");

it("createMd5 computes the MD5 of bytes, however they are cut, and wherever they lie", () => {
  const runs = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
  fc.assert(
    fc.property(runs, fc.nat(5), (pieces, offset) => {
      const hash = createMd5();
      for (const piece of pieces) {
        const around = new Uint8Array(offset + piece.length + offset).fill(1);
        around.set(piece, offset);
        hash.update(around.subarray(offset, offset + piece.length));
      }
      expect(hash.digest()).toBe(md5(Buffer.concat(pieces)));
    }),
  );
});

it("createMd5 keeps nothing of what it was given", () => {
  const hash = createMd5();
  const bytes = new Uint8Array(100).fill(1);
  hash.update(bytes);
  bytes.fill(2);
  expect(hash.digest()).toBe(md5(new Uint8Array(100).fill(1)));
});
