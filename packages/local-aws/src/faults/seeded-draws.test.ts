import fc from "fast-check";
import { expect, it } from "vitest";
import { createDraws } from "./seeded-draws.ts";

it("the same seed draws the same for each name, in whatever order the names come", () => {
  const names = fc.array(fc.constantFrom("UploadPart 1", "UploadPart 2", "PutObject "), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(), names, fc.func(fc.nat()), (seed, order, shuffle) => {
      const drawAll = (sequence: readonly string[]) => {
        const draw = createDraws(seed);
        const drawn = sequence.map((name) => ({ name, ...draw(name) }));
        return Map.groupBy(drawn, ({ name }) => name);
      };
      const shuffled = order
        .map((name, index) => ({ name, rank: shuffle(index) }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ name }) => name);
      for (const [name, drawn] of drawAll(order)) expect(drawAll(shuffled).get(name)).toEqual(drawn);
    }),
  );
});

it("draws are spread evenly, and other seeds draw others", () => {
  const first = createDraws(1);
  const second = createDraws(2);
  const draws = Array.from({ length: 4000 }, () => ({ a: first("PutObject "), b: second("PutObject ") }));
  const shareBelow = (limit: number): number =>
    draws.filter(({ a }) => a.chance < limit).length / draws.length;
  // Four standard deviations, and the seed is fixed.
  expect(Math.abs(shareBelow(0.25) - 0.25)).toBeLessThan(0.03);
  expect(Math.abs(shareBelow(0.75) - 0.75)).toBeLessThan(0.03);
  expect(draws.some(({ a, b }) => a.chance === b.chance || a.chance === a.position)).toBe(false);
});
