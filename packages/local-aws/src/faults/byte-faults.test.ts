import fc from "fast-check";
import { expect, it } from "vitest";
import { flipByteAt, interruptAfter } from "./byte-faults.ts";

/** The same bytes, however they are cut. */
const body = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 6 }))
  .map(([bytes, cuts]) => {
    const borders = [0, ...cuts.filter((cut) => cut <= bytes.length).toSorted((a, b) => a - b), bytes.length];
    const chunks = borders.slice(1).map((end, index) => Buffer.from(bytes.slice(borders[index], end)));
    return { bytes: Buffer.from(bytes), chunks };
  });

it("a flip turns over the bits of one byte, however the body is cut", async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.nat(45), async ({ bytes, chunks }, offset) => {
      let flips = 0;
      const given: Buffer[] = [];
      for await (const chunk of flipByteAt({ offset, onFlip: () => (flips += 1) })(chunks)) given.push(chunk);
      const expected = bytes.map((byte, index) => (index === offset ? byte ^ 0xff : byte));
      expect(Buffer.concat(given).equals(expected)).toBe(true);
      expect(flips).toBe(offset < bytes.length ? 1 : 0);
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    }),
  );
});

it("an interruption comes once, between the bytes asked for and the rest", async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.nat(45), async ({ bytes, chunks }, after) => {
      const seen: Buffer[] = [];
      const before: number[] = [];
      const act = async (): Promise<void> => void before.push(Buffer.concat(seen).length);
      for await (const chunk of interruptAfter({ bytes: after, act })(chunks)) seen.push(chunk);
      expect(Buffer.concat(seen).equals(bytes)).toBe(true);
      expect(before).toEqual(after <= bytes.length ? [after] : []);
    }),
  );
});

it("an interruption that throws ends the body there", async () => {
  const act = async (): Promise<void> => {
    throw new Error("cut");
  };
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of interruptAfter({ bytes: 3, act })([Buffer.from("ab"), Buffer.from("cd")])) {
      seen.push(chunk.toString());
    }
  };
  await expect(read()).rejects.toThrow("cut");
  expect(seen.join("")).toBe("abc");
});
