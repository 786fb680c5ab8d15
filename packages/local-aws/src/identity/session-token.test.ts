import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSessionSealer, SESSION_KEY_BYTES, type SessionClaims } from "./session-token.ts";

const sealer = createSessionSealer(Buffer.alloc(SESSION_KEY_BYTES, 7));

const claims: fc.Arbitrary<SessionClaims> = fc.record({
  accessKeyId: fc.string(),
  secretAccessKey: fc.string(),
  issuedAtMs: fc.maxSafeInteger(),
  expiresAtMs: fc.maxSafeInteger(),
  role: fc.record({
    name: fc.string(),
    sessionName: fc.string(),
    policy: fc.string({ unit: "grapheme" }),
    tags: fc.array(fc.record({ key: fc.string(), value: fc.string({ unit: "grapheme" }) })),
    transitiveTagKeys: fc.array(fc.string()),
    sourceIdentity: fc.string(),
  }),
});
const CLAIMS: SessionClaims = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "the secret of the session",
  issuedAtMs: 1,
  expiresAtMs: 2,
};

describe("a session token", () => {
  it("gives back what was sealed", () => {
    fc.assert(
      fc.property(claims, (sealed) => {
        expect(sealer.open(sealer.seal(sealed))).toEqual(sealed);
      }),
    );
  });

  it("is worth nothing with any of its octets changed", () => {
    const token = sealer.seal(CLAIMS);
    const octets = Buffer.from(token, "base64");
    fc.assert(
      fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const changed = Buffer.from(octets);
        changed[index] = (changed[index] ?? 0) ^ flip;
        expect(sealer.open(changed.toString("base64"))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("is worth nothing with any of its characters changed, left out or added", () => {
    const token = sealer.seal(CLAIMS);
    const printable = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.nat(token.length),
        fc.nat(3),
        fc.oneof(printable, fc.constant("")),
        (index, cut, text) => {
          const changed = token.slice(0, index) + text + token.slice(index + cut);
          fc.pre(changed !== token);
          expect(sealer.open(changed)).toBeUndefined();
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is worth nothing under another key, nor is any other text", () => {
    const other = createSessionSealer(randomBytes(SESSION_KEY_BYTES));
    expect(other.open(sealer.seal(CLAIMS))).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 400 })), (text) => {
        expect(sealer.open(text)).toBeUndefined();
      }),
    );
  });

  it("shows nothing of what is in it, and is another one each time", () => {
    const token = sealer.seal(CLAIMS);
    expect(Buffer.from(token, "base64").toString("latin1")).not.toContain("secret");
    expect(sealer.seal(CLAIMS)).not.toBe(token);
    expect(token).toMatch(/^[A-Za-z0-9+/]{100,}=*$/);
  });
});
