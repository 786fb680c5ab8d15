import { OWN_RECORDS_PREFIX } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOfUpload } from "../key-of-upload.ts";
import type { CollectionRule } from "./collection.ts";
import { defineCollections } from "./define-collections.ts";
import { lifecycleRules } from "./lifecycle-rules.ts";

const rule: CollectionRule = {
  who: () => true,
  maxBytes: 1,
  routes: ["presigned"],
  expiresIn: { upload: 60, download: 60, defaultDownload: 60 },
};

/** Names that begin alike, and few enough of them that others are met. */
const name = fc.stringMatching(/^[a1][a1-]{0,3}$/);
const anyRule = fc
  .record({
    days: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
    owner: fc.oneof(fc.string({ minLength: 1 }), name),
    ownKey: fc.option(fc.oneof(fc.string(), fc.constantFrom("../../a/x", "/a/x", "a/a/x", "..", ""))),
  })
  .map(({ days, owner, ownKey }): CollectionRule => ({
    ...rule,
    owner: () => owner,
    ...(days === null ? {} : { retention: { days } }),
    ...(ownKey === null ? {} : { key: () => ownKey }),
  }));
const someRules = fc.dictionary(name, anyRule, { minKeys: 1, maxKeys: 8, noNullPrototype: true });

describe("lifecycleRules", () => {
  it("mean all keys of the collections with a retention, for their days, and none of any other's", () => {
    const when = new Date("2026-01-01T00:00:00Z");
    fc.assert(
      fc.property(someRules, fc.string({ minLength: 1 }), fc.boolean(), (rules, fileName, hasVersions) => {
        const collections = defineCollections(rules);
        const found = lifecycleRules(collections, { hasVersions });
        for (const collection of Object.values(collections)) {
          const principal = { id: "p", scopes: [] };
          const place = { collection, owner: collection.owner(principal) };
          const upload = { collection: collection.name, fileName, metadata: {} };
          const key = keyOfUpload(place, upload, { principal, now: when });
          const meaning = found.filter(({ prefix }) => key.startsWith(prefix));
          const days = meaning.flatMap(({ expirationDays }) => expirationDays ?? []);
          expect(days).toEqual(collection.retention === undefined ? [] : [collection.retention.days]);
          expect(meaning).toHaveLength(collection.retention === undefined ? 0 : hasVersions ? 2 : 1);
        }
        expect(found.filter(({ prefix }) => OWN_RECORDS_PREFIX.startsWith(prefix))).toEqual([]);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      }),
    );
  });

  it("remove old versions, delete markers and what is still under way, too", () => {
    const collections = defineCollections({ files: rule, temporary: { ...rule, retention: { days: 7 } } });
    expect(lifecycleRules(collections, { hasVersions: false })).toEqual([
      { id: "empty-temporary", prefix: "temporary/", expirationDays: 7, daysAfterInitiation: 7 },
    ]);
    expect(lifecycleRules(collections, { hasVersions: true })).toEqual([
      {
        id: "empty-temporary",
        prefix: "temporary/",
        expirationDays: 7,
        noncurrentDays: 1,
        daysAfterInitiation: 7,
      },
      { id: "empty-temporary-of-markers", prefix: "temporary/", expiredObjectDeleteMarker: true },
    ]);
  });
});
