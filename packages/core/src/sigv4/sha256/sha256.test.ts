import { createHash, createHmac } from "node:crypto";
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absorb, BEGINNING, finish } from "./midstate.ts";
import { hmacKey, hmacSha256, sha256 } from "./sha256.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
// Long enough for any number of bytes in the last block, with and without one more for the length.
const messages = fc.uint8Array({ maxLength: 300 });

describe("sha256", () => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("gives NIST's digest of %.60s", (message, digest) => {
    expect(hex(sha256(message))).toBe(digest);
  });

  it("agrees with Node's and with @noble/hashes on a message of every length up to 300 bytes", () => {
    for (let length = 0; length <= 300; length++) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 131 + length) & 0xff);
      expect(hex(sha256(message))).toBe(createHash("sha256").update(message).digest("hex"));
      expect(sha256(message)).toEqual(nobleSha256(message));
    }
  });

  it("reads a text as UTF-8, however long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(1, 1, 1, 500), (piece, times) => {
        const text = piece.repeat(times);
        expect(hex(sha256(text))).toBe(createHash("sha256").update(text).digest("hex"));
      }),
    );
  });
});

describe("a midstate", () => {
  it("goes on to the digest of the whole, as often as one likes", () => {
    fc.assert(
      fc.property(messages, messages, messages, (head, one, other) => {
        const { midstate, rest } = absorb(BEGINNING, head);
        expect(rest.length).toBeLessThan(64);
        for (const tail of [one, other, one]) {
          expect(hex(finish(midstate, Buffer.concat([rest, tail])))).toBe(
            createHash("sha256").update(head).update(tail).digest("hex"),
          );
        }
      }),
    );
  });
});

describe("hmacSha256", () => {
  it.each([
    // https://www.rfc-editor.org/rfc/rfc4231
    ["0b".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      "aa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("gives the RFC's value for the key %.10s…", (key, message, value) => {
    expect(hex(hmacSha256(hmacKey(Buffer.from(key, "hex")), message))).toBe(value);
  });

  it("agrees with Node's and with @noble/hashes, whatever the key's length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), messages, (key, message) => {
        const value = hmacSha256(hmacKey(key), message);
        expect(hex(value)).toBe(createHmac("sha256", key).update(message).digest("hex"));
        expect(value).toEqual(nobleHmac(nobleSha256, key, message));
      }),
    );
  });
});
