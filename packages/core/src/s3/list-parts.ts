import { md5OfETag } from "../checksum/md5-of-e-tag.ts";
import { MAX_PART_COUNT } from "../s3-limits.ts";
import type { UploadedPart } from "../schemas/upload.ts";
import { WaybillError } from "../waybill-error.ts";
import { askStore, type Store } from "./store.ts";

/**
 * All parts the store has, every page of them, in order.
 *
 * @throws {WaybillError} `UPLOAD_NOT_FOUND` once it is completed or aborted
 */
export async function listParts(
  store: Store,
  upload: { key: string; uploadId: string },
): Promise<UploadedPart[]> {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  while (parts.length <= MAX_PART_COUNT) {
    const page = await askStore(store, "list the parts", (client, sdk) =>
      client.send(
        new sdk.ListPartsCommand({
          Bucket: store.bucket,
          Key: upload.key,
          UploadId: upload.uploadId,
          PartNumberMarker: marker,
        }),
      ),
    );
    for (const { PartNumber: partNumber, Size, ETag, ChecksumCRC64NVME } of page.Parts ?? []) {
      if (partNumber === undefined || ETag === undefined) continue;
      const checksum = store.integrity === "MD5" ? md5OfETag(ETag) : (ChecksumCRC64NVME ?? null);
      parts.push({ partNumber, sizeBytes: Size ?? 0, eTag: ETag, checksum });
    }
    const next = page.NextPartNumberMarker;
    if (!page.IsTruncated || next === undefined || next === marker) return parts;
    marker = next;
  }
  throw new WaybillError("STORAGE_DENIED", `The store lists more than ${MAX_PART_COUNT} parts.`);
}
