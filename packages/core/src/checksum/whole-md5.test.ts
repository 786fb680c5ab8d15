import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { planUpload } from "../multipart/plan-upload.ts";
import { MiB } from "../s3-limits.ts";
import { checksumOfBytes, createChecksum } from "./checksum.ts";
import { algorithmOfPart, wholeCrc64Nvme } from "./whole-crc64-nvme.ts";
import { wholeMd5 } from "./whole-md5.ts";

const bytes = new Uint8Array(11 * MiB).map((_, index) => index * 31);
const parts = [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB, 10 * MiB), bytes.subarray(10 * MiB)];
const plan = planUpload({ sizeBytes: bytes.length, route: "presigned", partSizeBytes: 5 * MiB });
const single = planUpload({ sizeBytes: bytes.length, route: "presigned" });
const md5 = (data: Uint8Array) => createHash("md5").update(data).digest();

it("wholeCrc64Nvme is the CRC64NVME of all bytes, however they are cut", () => {
  const value = checksumOfBytes("CRC64NVME", bytes);
  const whole = { algorithm: "CRC64NVME", value };
  expect(
    wholeCrc64Nvme(
      plan,
      parts.map((part) => checksumOfBytes("CRC64NVME", part)),
    ),
  ).toEqual(whole);
  expect(wholeCrc64Nvme(single, [value])).toEqual(whole);
});

it("wholeMd5 is the MD5 of an object in one piece, and that of the parts' MD5s of one in many", () => {
  const partChecksums = parts.map((part) => md5(part).toString("base64"));
  expect(wholeMd5(plan, partChecksums, createChecksum("MD5"))).toEqual({
    algorithm: "MD5",
    value: `${md5(Buffer.concat(parts.map(md5))).toString("base64")}-3`,
    partSizeBytes: 5 * MiB,
  });
  const value = md5(bytes).toString("base64");
  expect(wholeMd5(single, [value], createChecksum("MD5"))).toEqual({ algorithm: "MD5", value });
});

it("algorithmOfPart tells a CRC64NVME from an MD5", () => {
  for (const algorithm of ["CRC64NVME", "MD5"] as const) {
    for (const part of parts) expect(algorithmOfPart(checksumOfBytes(algorithm, part))).toBe(algorithm);
  }
});
