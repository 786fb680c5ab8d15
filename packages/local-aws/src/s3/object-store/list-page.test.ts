import fc from "fast-check";
import { expect, it } from "vitest";
import { behindKey, behindMarker, listPage, type ListPage } from "./list-page.ts";

interface Entry {
  key: string;
}

const byOctets = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Pages over keys in memory. */
function listKeys(
  keys: readonly string[],
  options: { prefix: string; delimiter: string; limit: number; start: Buffer },
): ListPage<Entry> {
  const sorted = keys.toSorted(byOctets);
  return listPage<Entry>({
    ...options,
    start: { key: options.start, entry: "" },
    find: (position) => {
      const key = sorted.find((candidate) => Buffer.compare(Buffer.from(candidate), position.key) >= 0);
      return key === undefined ? undefined : { key };
    },
    behind: ({ key }) => ({ key: behindKey(key), entry: "" }),
  });
}

const keyArbitrary = fc.string({
  unit: fc.constantFrom("a", "b", "/", "é", "\u{10000}"),
  minLength: 1,
  maxLength: 6,
});

it("gives every name once and in order, whatever the size of a page", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(keyArbitrary, { maxLength: 20 }),
      fc.constantFrom("", "a", "a/", "b"),
      fc.constantFrom("", "/", "é", "a/"),
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, limit) => {
        const rolledUp = keys
          .filter((key) => key.startsWith(prefix))
          .map((key) => {
            const index = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
            return index < 0 ? key : key.slice(0, index + delimiter.length);
          });
        const wanted = [...new Set(rolledUp)].toSorted(byOctets);
        const found: string[] = [];
        let start: Buffer | undefined = Buffer.alloc(0);
        while (start !== undefined) {
          const page: ListPage<Entry> = listKeys(keys, { prefix, delimiter, limit, start });
          const names = [...page.entries.map(({ key }) => key), ...page.commonPrefixes].toSorted(byOctets);
          expect(names.length).toBeLessThanOrEqual(limit);
          expect(page.last).toBe(names.at(-1));
          found.push(...names);
          start = page.next?.key;
        }
        expect(found).toEqual(wanted);
      },
    ),
    { numRuns: 300 },
  );
});

it("goes on behind a marker, and behind all that a common prefix rolls up", () => {
  const keys = ["a/1", "a/2", "b"];
  const after = (marker: string, delimiter: string): string[] => {
    const { key: start } = behindMarker(marker, { prefix: "", delimiter });
    const page = listKeys(keys, { prefix: "", delimiter, limit: 10, start });
    return [...page.commonPrefixes, ...page.entries.map(({ key }) => key)];
  };
  expect(after("", "")).toEqual(keys);
  expect(after("a/1", "")).toEqual(["a/2", "b"]);
  expect(after("a/", "/")).toEqual(["b"]);
  expect(after("a/1", "/")).toEqual(["a/", "b"]);
});
