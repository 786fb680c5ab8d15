import { describe, expect, it } from "vitest";
import { cloudFrontBase64 } from "./cloudfront-base64.ts";

describe("cloudFrontBase64", () => {
  it("uses CloudFront's alphabet", () => {
    expect(cloudFrontBase64(Uint8Array.from([0xfb, 0xff, 0xfe, 0x00]))).toBe("-~~-AA__");
  });
});
