import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crcFromBase64, crcToBase64 } from "./crc-base64.ts";
import { createMultiplier, CRC_FIELDS, powerOfByte, type Remainder } from "./crc-field.ts";

describe.each(["CRC64NVME", "CRC32", "CRC32C"] as const)("remainders of %s", (algorithm) => {
  const field = CRC_FIELDS[algorithm];
  const words = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const remainders: fc.Arbitrary<Remainder> = fc.record({
    high: field.bits === 64 ? words : fc.constant(0),
    low: words,
  });

  it("are the same after zeros were appended and taken away again, and stay as long as the CRC", () => {
    fc.assert(
      fc.property(remainders, fc.integer({ min: 0, max: 2 ** 43 }), (remainder, sizeBytes) => {
        const longer = createMultiplier(field, powerOfByte(field, sizeBytes))(remainder);
        const power = powerOfByte(field, -sizeBytes);
        expect(createMultiplier(field, power)(longer)).toEqual(remainder);
        if (field.bits === 32) expect([longer.high, power.high]).toEqual([0, 0]);
      }),
    );
  });

  it("are themselves when nothing is appended", () => {
    fc.assert(
      fc.property(remainders, (remainder) => {
        expect(createMultiplier(field, powerOfByte(field, 0))(remainder)).toEqual(remainder);
      }),
    );
  });

  it("survive base64", () => {
    fc.assert(
      fc.property(remainders, (remainder) => {
        const text = crcToBase64(field, remainder);
        expect(Buffer.from(text, "base64")).toHaveLength(field.bits / 8);
        expect(crcFromBase64(algorithm, text)).toEqual(remainder);
      }),
    );
  });
});
