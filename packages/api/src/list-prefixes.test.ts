import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listPrefixes } from "./list-prefixes.ts";

/** Numbers below each prefix, listed as S3 does: after the last one that was seen. */
const lists = fc.array(fc.array(fc.nat(99), { maxLength: 7 }), { maxLength: 5 });

describe("a listing over several prefixes", () => {
  it("brings everything once and in order, in full pages, of which the last alone has no cursor", async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 9 }), async (contents, limit) => {
        const prefixes = contents.map((_, index) => `${index}/`);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listPrefixes({
            prefixes,
            cursor,
            limit,
            async list(prefix, { limit: most, after }) {
              const all = (contents[Number(prefix.slice(0, -1))] ?? []).map((item) => `${prefix}${item}`);
              const from = Number(after ?? 0);
              const items = all.slice(from, from + most);
              return { items, after: from + most < all.length ? String(from + most) : undefined };
            },
          });
          seen.push(...page.items);
          if (page.cursor !== undefined) expect(page.items).toHaveLength(limit);
          ({ cursor } = page);
        } while (cursor !== undefined);
        expect(seen).toEqual(contents.flatMap((items, index) => items.map((item) => `${index}/${item}`)));
      }),
    );
  });

  it("refuses a cursor of another kind", async () => {
    const list = async () => ({ items: [] });
    for (const cursor of ["", "x", "%7B%7D", "%"]) {
      await expect(listPrefixes({ prefixes: ["a/"], cursor, limit: 1, list })).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
    }
  });
});
