import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PART_COUNT, MiB, MIN_PART_BYTES } from "../s3-limits.ts";
import { partRange, planUpload } from "./plan-upload.ts";

describe("planUpload", () => {
  it("cuts any size into parts that S3 accepts and that cover the object without gap or overlap", () => {
    const size = fc.oneof(
      fc.nat({ max: 200 * MiB }),
      fc.maxSafeNat().map((n) => n % (MAX_OBJECT_BYTES + 1)),
    );
    const partSize = fc.option(fc.integer({ min: MIN_PART_BYTES, max: MAX_PART_BYTES }), { nil: undefined });
    fc.assert(
      fc.property(size, partSize, (sizeBytes, partSizeBytes) => {
        const plan = planUpload({ sizeBytes, route: "presigned", partSizeBytes });
        expect(plan.partCount).toBeLessThanOrEqual(MAX_PART_COUNT);
        expect(plan.partCount).toBeGreaterThanOrEqual(1);
        expect(partRange(plan, 1).start).toBe(0);
        expect(partRange(plan, plan.partCount).end).toBe(sizeBytes);
        const middle = Math.ceil(plan.partCount / 2);
        if (middle < plan.partCount) {
          expect(partRange(plan, middle).end).toBe(partRange(plan, middle + 1).start);
        }
        if (plan.kind === "multipart") {
          expect(plan.partSizeBytes).toBeGreaterThanOrEqual(MIN_PART_BYTES);
          expect(plan.partSizeBytes).toBeLessThanOrEqual(MAX_PART_BYTES);
          // As asked, or where that is too small or nothing was asked, a whole number of MiB
          if (plan.partSizeBytes !== partSizeBytes) expect(plan.partSizeBytes % MiB).toBe(0);
          const last = partRange(plan, plan.partCount);
          expect(last.end - last.start).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("plans again what it planned, whoever computes it", () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((n) => n % (MAX_OBJECT_BYTES + 1)),
        (sizeBytes) => {
          const plan = planUpload({ sizeBytes, route: "presigned" });
          if (plan.kind === "single") return;
          const { partSizeBytes } = plan;
          expect(planUpload({ sizeBytes, route: "presigned", partSizeBytes })).toEqual(plan);
        },
      ),
    );
  });

  it("cuts into as few parts as S3 allows what is too large for the default, up to the largest object", () => {
    const sizes = [8, 9, 100, 1024, 5119].map((parts) => parts * MiB * MAX_PART_COUNT);
    for (const sizeBytes of sizes) {
      expect(planUpload({ sizeBytes, route: "presigned" })).toMatchObject({ partCount: MAX_PART_COUNT });
      const plan = planUpload({ sizeBytes: sizeBytes + 1, route: "presigned" });
      expect(plan.partSizeBytes).toBe(sizeBytes / MAX_PART_COUNT + MiB);
    }
    expect(planUpload({ sizeBytes: MAX_OBJECT_BYTES, route: "presigned" })).toEqual({
      kind: "multipart",
      sizeBytes: MAX_OBJECT_BYTES,
      partSizeBytes: MAX_PART_BYTES,
      partCount: MAX_PART_COUNT,
    });
  });

  it("sends small objects, empty ones too, in one request", () => {
    for (const sizeBytes of [0, 1, 5 * MiB + 1, 16 * MiB]) {
      expect(planUpload({ sizeBytes, route: "presigned" })).toMatchObject({ kind: "single", partCount: 1 });
    }
    expect(planUpload({ sizeBytes: 16 * MiB + 1, route: "presigned" })).toMatchObject({
      kind: "multipart",
      partCount: 3,
    });
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses the size %d", (sizeBytes) => {
    expect(() => planUpload({ sizeBytes, route: "presigned" })).toThrow(
      expect.objectContaining({ code: "INVALID_SIZE" }),
    );
  });

  it("refuses an object larger than S3 holds", () => {
    expect(() => planUpload({ sizeBytes: MAX_OBJECT_BYTES + 1, route: "presigned" })).toThrow(
      expect.objectContaining({ code: "TOO_LARGE" }),
    );
  });

  it.each([MIN_PART_BYTES - 1, MAX_PART_BYTES + 1])("refuses parts of %d bytes", (partSizeBytes) => {
    expect(() => planUpload({ sizeBytes: 1, route: "presigned", partSizeBytes })).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
  });
});

describe("partRange", () => {
  it.each([0, -1, 4, 1.5])("refuses part %d of 3", (partNumber) => {
    const plan = planUpload({ sizeBytes: 17 * MiB, route: "presigned" });
    expect(() => partRange(plan, partNumber)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
