import { combineCrc64Nvme, MiB, type Checksum, type CreateUploadOutput } from "@waybill/core";
import { ListMultipartUploadsCommand, ListObjectVersionsCommand, ListPartsCommand } from "@aws-sdk/client-s3";
import type { Store } from "@waybill/core/s3";
import type { AppCaller } from "./open-api.ts";
import { crc64 } from "./send-part.ts";

export interface TwoPartUpload {
  waybill: CreateUploadOutput;
  parts: readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
  partChecksums: string[];
  checksum: Checksum;
}

/** Begin an upload of 5 MiB and a few bytes more, as one in two parts, of which nothing is sent. */
export async function beginTwoPartUpload(
  caller: AppCaller,
  options: { fill?: number; collection?: string; fileName?: string; route?: "auto" | "credentials" } = {},
): Promise<TwoPartUpload> {
  const { fill = 1, fileName = "two parts.bin", ...where } = options;
  const parts = [new Uint8Array(5 * MiB).fill(fill), new Uint8Array(7).fill(fill)] as const;
  const partChecksums = [await crc64(parts[0]), await crc64(parts[1])];
  const sizeBytes = 5 * MiB + 7;
  const upload = { ...where, fileName, sizeBytes, partSizeBytes: 5 * MiB, partChecksums };
  const waybill = await caller.uploads.create(upload);
  const value = combineCrc64Nvme(
    parts.map((part, index) => ({ value: partChecksums[index] ?? "", sizeBytes: part.length })),
  );
  return { waybill, parts, partChecksums, checksum: { algorithm: "CRC64NVME", value } };
}

/** What the store holds below a prefix, as it says itself: every version, open upload and part. */
export async function storedBelow(store: Store, prefix: string): Promise<unknown> {
  const { bucket } = store;
  const client = await store.client();
  const inBucket = { Bucket: bucket, Prefix: prefix };
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand(inBucket));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(inBucket));
  const uploads = await Promise.all(
    Uploads.map(async ({ Key, UploadId }) => {
      const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }));
      return {
        Key,
        UploadId,
        parts: Parts.map(({ PartNumber, ETag, Size }) => ({ PartNumber, ETag, Size })),
      };
    }),
  );
  return {
    versions: Versions.map(({ Key, VersionId, LastModified, ETag, Size }) => ({
      Key,
      VersionId,
      LastModified,
      ETag,
      Size,
    })),
    deleted: DeleteMarkers.map(({ Key, VersionId }) => ({ Key, VersionId })),
    uploads,
  };
}
