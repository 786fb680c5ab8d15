import { describe, expect, it } from "vitest";
import { describeIntegrity } from "./describe-integrity.ts";

describe("describeIntegrity", () => {
  it("is content where the store proves what the API was told", () => {
    expect(describeIntegrity("CRC64NVME", ["CRC64NVME", "MD5"])).toEqual({
      name: "integrity",
      ok: true,
      detail: "uploads are proven by CRC64NVME, of each part and of the whole",
    });
  });

  it("says so when that is MD5 alone", () => {
    expect(describeIntegrity("MD5", ["MD5"])).toEqual({
      name: "integrity",
      ok: true,
      detail: "uploads are proven by MD5 alone, of each part and of the parts' MD5s",
    });
  });

  it("says that a store could do better", () => {
    expect(describeIntegrity("MD5", ["CRC64NVME", "MD5"])).toMatchObject({
      ok: true,
      remedy: "Set WAYBILL_S3_INTEGRITY=crc64nvme for the API: the store can do better than MD5.",
    });
  });

  it("names the variable where the store lacks CRC64NVME", () => {
    expect(describeIntegrity("CRC64NVME", ["MD5"])).toEqual({
      name: "integrity",
      ok: false,
      detail: "the store gives no CRC64NVME of what it holds, so that no upload can be proven",
      remedy: "Set WAYBILL_S3_INTEGRITY=md5 for the API: that the store can prove.",
    });
  });

  it.each(["CRC64NVME", "MD5"] as const)(
    "asks about encryption where nothing is proven, nor %s",
    (integrity) => {
      expect(describeIntegrity(integrity, [])).toMatchObject({
        ok: false,
        remedy: expect.stringContaining("KMS") as string,
      });
    },
  );
});
