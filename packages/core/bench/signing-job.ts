import { createHash } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { planUpload } from "../src/multipart/plan-upload.ts";
import { MiB } from "../src/s3-limits.ts";
import type { PresignOptions } from "../src/sigv4/presign.ts";

/** One upload of 10,000 parts, signed with credentials as AWS Lambda has them. */
export const PARTS = 10_000;
const PART_BYTES = 8 * MiB;
export const CHECKSUM_HEADER = "x-amz-checksum-crc64nvme";
export const region = "eu-west-1";
export const key = "files/user/018f3a2b-1c4d-7e8f-9a0b-1c2d3e4f5a6b/recording.mov";
export const uploadId = "u".repeat(128);
export const origin = `https://bucket.s3.${region}.amazonaws.com`;
export const credentials = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: createHash("shake256", { outputLength: 750 }).update("token").digest("base64"), // 1,000 characters
};
export const signedAt = new Date("2026-11-23T10:00:00Z");
export const plan = planUpload({ sizeBytes: PARTS * PART_BYTES, route: "presigned" });

/** Each with a checksum of its own, as real parts have. */
export const parts = Array.from({ length: PARTS }, (_, index) => ({
  partNumber: index + 1,
  sizeBytes: PART_BYTES,
  checksum: createHash("shake256", { outputLength: 8 }).update(String(index)).digest("base64"),
}));

export type Part = (typeof parts)[number];

/** The request that the SDK signs for a part, but for what differs from part to part. */
export const uploadPart: PresignOptions = {
  method: "PUT",
  origin,
  path: `/${key}`,
  query: { uploadId, "x-id": "UploadPart", "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
  credentials,
  region,
  expiresIn: 900,
  signedAt,
};

export const sdk = new S3Client({ region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
