import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { md5OfETag } from "../checksum/md5-of-e-tag.ts";
import { fileNameOfContentDisposition } from "../keys/content-disposition.ts";
import { fileNameOfKey } from "../keys/object-key.ts";
import { takePartSize } from "../keys/noted-part-size.ts";
import { decodeMetadataValue, type UserMetadata } from "../keys/user-metadata.ts";
import type { Checksum, StoredObject } from "../schemas/object.ts";
import { WaybillError } from "../waybill-error.ts";
import { hasMd5ETag } from "./has-md5-e-tag.ts";
import { askStore, type Store } from "./store.ts";

/**
 * What the store holds under a key.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`
 */
export async function headObject(store: Store, key: string): Promise<StoredObject> {
  const object = await findObject(store, key);
  if (object === undefined)
    throw new WaybillError("OBJECT_NOT_FOUND", `There is no object ${JSON.stringify(key)}.`);
  return object;
}

/** The same, or undefined where there is no such object. */
export async function findObject(store: Store, key: string): Promise<StoredObject | undefined> {
  try {
    return await describe(store, key);
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  }
}

async function describe(store: Store, key: string): Promise<StoredObject> {
  const { bucket, integrity } = store;
  const head = await askStore(store, "describe an object", (client, sdk) =>
    client.send(
      new sdk.HeadObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(integrity === "CRC64NVME" ? { ChecksumMode: "ENABLED" } : {}),
      }),
    ),
  );
  const entries = Object.entries(head.Metadata ?? {});
  const metadata = Object.fromEntries(entries.map(([name, value]) => [name, decodeMetadataValue(value)]));
  return {
    key,
    fileName: fileNameOfContentDisposition(head.ContentDisposition ?? "") ?? fileNameOfKey(key),
    contentType: head.ContentType ?? "application/octet-stream",
    sizeBytes: head.ContentLength ?? 0,
    eTag: head.ETag ?? "",
    ...(integrity === "MD5" ? md5Of(head, metadata) : { metadata, checksum: crc64NvmeOf(head) }),
    lastModified: (head.LastModified ?? new Date(0)).toISOString(),
  };
}

/** A composite checksum ("...-3") covers the parts' checksums, not the bytes. */
function crc64NvmeOf({ ChecksumCRC64NVME: value = "-" }: HeadObjectCommandOutput): Checksum | null {
  return value.includes("-") ? null : { algorithm: "CRC64NVME", value };
}

function md5Of(
  head: HeadObjectCommandOutput,
  stored: UserMetadata,
): Pick<StoredObject, "metadata" | "checksum"> {
  const value = hasMd5ETag(head) ? md5OfETag(head.ETag ?? "") : null;
  const [, partCount] = /-(\d+)$/.exec(value ?? "") ?? [];
  const object = { sizeBytes: head.ContentLength ?? 0, partCount: Number(partCount) };
  const { metadata, partSizeBytes } = takePartSize(stored, object);
  if (value === null) return { metadata, checksum: null };
  return {
    metadata,
    checksum: { algorithm: "MD5", value, ...(partSizeBytes === undefined ? {} : { partSizeBytes }) },
  };
}
