import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GiB, MAX_PART_BYTES, MAX_PART_COUNT, MiB } from "../s3-limits.ts";
import { checksumOfBytes } from "./checksum.ts";
import { combineCrc, combineCrc64Nvme, combinePartCrcs } from "./combine-crc.ts";

const refusedWith = (code: string, message: unknown = expect.anything()) =>
  expect.objectContaining({ code, message });

describe.each(["CRC64NVME", "CRC32", "CRC32C"] as const)("the %s of a whole", (algorithm) => {
  const rangeOf = (bytes: Uint8Array) => ({
    value: checksumOfBytes(algorithm, bytes),
    sizeBytes: bytes.length,
  });
  const somePart = rangeOf(new Uint8Array([1, 2, 3]));
  const value = fc
    .uint8Array({ minLength: 9, maxLength: 9 })
    .map((bytes) => checksumOfBytes(algorithm, bytes));
  const sizeBytes = fc.maxSafeNat().map((nat) => nat % MAX_PART_BYTES);

  it("is combined from the values of any pieces", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (chunks) => {
        expect(combineCrc(algorithm, chunks.map(rangeOf))).toBe(
          checksumOfBytes(algorithm, Buffer.concat(chunks)),
        );
      }),
    );
  });

  it("is combined from parts in whatever order they were done", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 2000 });
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 1, max: 300 }),
        fc.infiniteStream(fc.nat()),
        (whole, partSizeBytes, order) => {
          const partCount = Math.ceil(whole.length / partSizeBytes);
          const plan = { kind: "multipart", sizeBytes: whole.length, partSizeBytes, partCount } as const;
          const parts = Array.from({ length: partCount }, (_, index) => {
            const part = whole.subarray(index * partSizeBytes, (index + 1) * partSizeBytes);
            return {
              turn: order.next().value,
              entry: [index + 1, checksumOfBytes(algorithm, part)] as const,
            };
          });
          const values = new Map(parts.toSorted((a, b) => a.turn - b.turn).map(({ entry }) => entry));
          expect(combinePartCrcs({ algorithm, plan, values })).toBe(checksumOfBytes(algorithm, whole));
        },
      ),
    );
  });

  it("is the same in one step and in two, also of pieces of many GiB", () => {
    const range = fc.record({ value, sizeBytes });
    fc.assert(
      fc.property(range, range, range, (a, b, c) => {
        const later = { value: combineCrc(algorithm, [b, c]), sizeBytes: b.sizeBytes + c.sizeBytes };
        expect(combineCrc(algorithm, [a, later])).toBe(combineCrc(algorithm, [a, b, c]));
      }),
    );
  });

  it("of a piece and as many zeros is that of one, made longer", () => {
    const zeros = (count: number) => ({
      value: checksumOfBytes(algorithm, new Uint8Array(count)),
      sizeBytes: count,
    });
    let doubled = zeros(1024);
    for (let power = 0; power < 32; power++) {
      const sizeOfBoth = 2 * doubled.sizeBytes;
      doubled = { value: combineCrc(algorithm, [doubled, doubled]), sizeBytes: sizeOfBoth };
      if (sizeOfBoth <= MiB) expect(doubled).toEqual(zeros(sizeOfBoth));
    }
    expect(doubled.sizeBytes).toBe(4096 * GiB);
    expect(combineCrc(algorithm, [somePart, doubled])).not.toBe(combineCrc(algorithm, [doubled, somePart]));
  });

  it("of the most parts that an upload may have is that of blocks of them", () => {
    const part = { value: somePart.value, sizeBytes: MAX_PART_BYTES };
    const block = { value: combineCrc(algorithm, repeat(part, 100)), sizeBytes: 100 * MAX_PART_BYTES };
    expect(combineCrc(algorithm, repeat(part, MAX_PART_COUNT))).toBe(
      combineCrc(algorithm, repeat(block, MAX_PART_COUNT / 100)),
    );
  });

  it("is the value of the only piece, and that of no bytes for none", () => {
    expect(combineCrc(algorithm, [somePart])).toBe(somePart.value);
    expect(combineCrc(algorithm, [])).toBe(checksumOfBytes(algorithm, new Uint8Array()));
  });

  it("is not made of what is no such checksum", () => {
    for (const wrong of ["", "AAAA", "no base64!", `${somePart.value}AAAA`]) {
      expect(() => combineCrc(algorithm, [{ value: wrong, sizeBytes: 1 }])).toThrow(
        refusedWith("INVALID_INPUT", `"${wrong}" is no ${algorithm} in base64.`),
      );
    }
  });

  it("is not made of too few parts, nor of one that the plan does not have", () => {
    const plan = { kind: "multipart", sizeBytes: 6, partSizeBytes: 3, partCount: 2 } as const;
    const combine = (...partNumbers: readonly number[]) =>
      combinePartCrcs({
        algorithm,
        plan,
        values: new Map(partNumbers.map((number) => [number, somePart.value])),
      });
    expect(combine(2, 1)).toBe(checksumOfBytes(algorithm, new Uint8Array([1, 2, 3, 1, 2, 3])));
    expect(() => combine(1)).toThrow(refusedWith("UPLOAD_INCOMPLETE", "Part 2 has no checksum."));
    expect(() => combine(2)).toThrow(refusedWith("UPLOAD_INCOMPLETE", "Part 1 has no checksum."));
    expect(() => combine(1, 2, 3)).toThrow(refusedWith("INVALID_INPUT"));
    expect(() => combine(0, 1, 2)).toThrow(refusedWith("INVALID_INPUT"));
  });
});

it("combineCrc64Nvme combines CRC64NVMEs", () => {
  const ranges = [
    { value: "rosUhgp5mIg=", sizeBytes: 9 },
    { value: "AQIDBAUGBwg=", sizeBytes: 70_000 },
  ];
  expect(combineCrc64Nvme(ranges)).toBe(combineCrc("CRC64NVME", ranges));
});

function repeat<T>(one: T, times: number): T[] {
  return Array.from({ length: times }, () => one);
}
