import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectionOfOwnKey, ownPrefix, visiblePrefixes } from "./policy.ts";

const ids = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom("u1", "u10", "u1/", "..", ".", "%2e%2e", "u1\u0000", "\u0430dmin", "admin", "ADMIN"),
);
const principal = (id: string) => ({ id, scopes: [] });

describe("the policy", () => {
  it("gives two principals prefixes of which neither begins with the other", () => {
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        fc.pre(a !== b);
        const [one, other] = [ownPrefix(principal(a), "files"), ownPrefix(principal(b), "files")];
        expect(one.startsWith(other)).toBe(false);
        expect(other.startsWith(one)).toBe(false);
      }),
    );
  });

  it("lets a principal touch a key only below its own prefix", () => {
    fc.assert(
      fc.property(ids, ids, fc.string(), (a, b, rest) => {
        fc.pre(a !== b);
        const key = ownPrefix(principal(a), "files") + rest;
        expect(collectionOfOwnKey(principal(a), key)).toBeDefined();
        expect(() => collectionOfOwnKey(principal(b), key)).toThrow(
          expect.objectContaining({ code: "OBJECT_NOT_FOUND" }),
        );
      }),
    );
  });

  it("lists nothing but what is one's own, whatever prefix is asked for", () => {
    fc.assert(
      fc.property(ids, ids, fc.nat(60), fc.string(), (a, b, length, rest) => {
        const asked = ownPrefix(principal(b), "files").slice(0, length) + rest;
        for (const visible of visiblePrefixes(principal(a), asked)) {
          expect(visible.startsWith(ownPrefix(principal(a), "files"))).toBe(true);
        }
      }),
    );
  });
});
