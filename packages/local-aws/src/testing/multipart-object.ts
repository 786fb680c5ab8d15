import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

/** Upload an object in parts with checksums in SHA-256, which make a composite one. */
export async function uploadInParts(
  client: S3Client,
  options: Pick<CreateMultipartUploadCommandInput, "Bucket" | "Key"> & { bodies: readonly Buffer[] },
): Promise<void> {
  const { Bucket, Key, bodies } = options;
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "SHA256" }),
  );
  const target = { Bucket, Key, UploadId };
  const Parts = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumSHA256 } = await client.send(
      new UploadPartCommand({ ...target, PartNumber, Body, ChecksumAlgorithm: "SHA256" }),
    );
    Parts.push({ PartNumber, ETag, ChecksumSHA256 });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
}

export function sha256Base64(body: Buffer | string): string {
  return createHash("sha256").update(body).digest("base64");
}
