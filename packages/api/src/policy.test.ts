import { CollectionAction } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineCollections } from "./collections/define-collections.ts";
import { isPermitted, ownPlace, placeOfKey, prefixOf, visiblePrefixes } from "./policy.ts";
import type { Principal } from "./principal.ts";

const expiresIn = { upload: 60, download: 60, defaultDownload: 60 };
const limits = { maxBytes: 1, routes: ["presigned"], expiresIn } as const;
const collections = defineCollections({
  own: { ...limits, who: ({ principal, owner }) => principal.id === owner },
  // Everybody may read and list, and nobody but the owner may do more.
  shown: {
    ...limits,
    who: ({ principal, owner, action }) => principal.id === owner || action === "read" || action === "list",
  },
  teams: {
    ...limits,
    owner: ({ id }) => `team-${id.length % 3}`,
    who: ({ principal, owner }) => owner === `team-${principal.id.length % 3}`,
  },
  public: { ...limits, who: ({ principal, owner }) => principal.id === owner, visibility: "public" },
  closed: { ...limits, who: () => false },
});
const names = Object.keys(collections);

const name = fc.constantFrom(...names);
const action = fc.constantFrom(...CollectionAction.options);
const id = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    "u1",
    "u10",
    "u1/",
    "u",
    "..",
    ".",
    "%2e%2e",
    "%252e",
    "~2e",
    "u1\u0000",
    "\u0430dmin",
    "admin",
    "ADMIN",
    "é",
    "e\u0301",
  ),
);
const rest = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("", "../u10/a", "..%2fu10", "a/../../u10/b", "\u0000"),
);
const principal = id.map((value): Principal => ({ id: value, scopes: [] }));

/** The rules once more, in other words. */
function mayBy(rule: string, asker: Principal, what: string, owner: string): boolean {
  if (rule === "own") return asker.id === owner;
  if (rule === "shown") return asker.id === owner || what === "read" || what === "list";
  if (rule === "teams") return owner === `team-${asker.id.length % 3}`;
  if (rule === "public") return asker.id === owner || what === "read";
  return false;
}

describe("the policy", () => {
  it("decides 100,000 times as the rule of the collection says, and of no other key", () => {
    fc.assert(
      fc.property(principal, id, name, action, rest, (asker, owner, rule, what, path) => {
        const key = prefixOf({ collection: collections[rule as "own"], owner }) + path;
        const may = mayBy(rule, asker, what, owner);
        if (may) {
          expect(placeOfKey(collections, asker, what, key)).toMatchObject({
            owner,
            collection: { name: rule },
          });
        } else {
          const code = mayBy(rule, asker, "read", owner) ? "FORBIDDEN" : "OBJECT_NOT_FOUND";
          expect(() => placeOfKey(collections, asker, what, key)).toThrow(expect.objectContaining({ code }));
        }
      }),
      { numRuns: 100_000 },
    );
  });

  it("knows a key by one spelling only", () => {
    fc.assert(
      fc.property(principal, fc.string({ unit: "binary", maxLength: 60 }), (asker, key) => {
        let place;
        try {
          place = placeOfKey(collections, asker, "read", key);
        } catch (error) {
          expect(error).toMatchObject({ code: "OBJECT_NOT_FOUND" });
          return;
        }
        expect(key.startsWith(prefixOf(place))).toBe(true);
      }),
    );
  });

  it("gives two owners prefixes of which neither begins with the other", () => {
    fc.assert(
      fc.property(id, id, name, (a, b, rule) => {
        fc.pre(a.toWellFormed() !== b.toWellFormed());
        const collection = collections[rule as "own"];
        const [one, other] = [prefixOf({ collection, owner: a }), prefixOf({ collection, owner: b })];
        expect(one.startsWith(other)).toBe(false);
        expect(other.startsWith(one)).toBe(false);
      }),
    );
  });

  it("lists nothing but what may be listed, whatever prefix is asked for", () => {
    fc.assert(
      fc.property(principal, id, name, fc.nat(60), rest, (asker, owner, rule, length, path) => {
        const asked = prefixOf({ collection: collections[rule as "own"], owner }).slice(0, length) + path;
        for (const visible of visiblePrefixes(collections, asker, asked)) {
          const place = placeOfKey(collections, asker, "list", visible);
          expect(mayBy(place.collection.name, asker, "list", place.owner)).toBe(true);
          expect(visible.startsWith(asked)).toBe(true);
        }
      }),
    );
  });

  it("lets nobody who is not logged in do anything but read what is public", () => {
    for (const rule of names) {
      for (const what of CollectionAction.options) {
        const place = ownPlace(collections, { id: "u1", scopes: [] }, rule);
        expect(isPermitted(undefined, what, place)).toBe(rule === "public" && what === "read");
      }
    }
  });
});
