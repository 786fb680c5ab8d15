import { md5OfETag } from "../checksum/md5-of-e-tag.ts";
import { fileNameOfContentDisposition } from "../keys/content-disposition.ts";
import { fileNameOfKey } from "../keys/object-key.ts";
import { takePartSize } from "../keys/noted-part-size.ts";
import { decodeMetadataValue, type UserMetadata } from "../keys/user-metadata.ts";
import type { Checksum, StoredObject } from "../schemas/object.ts";
import { WaybillError } from "../waybill-error.ts";
import { hasMd5ETag } from "./has-md5-e-tag.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";
import type { Answer } from "./transport.ts";

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
  const { integrity } = store;
  const asked = integrity === "CRC64NVME" ? { "x-amz-checksum-mode": "ENABLED" } : {};
  const { headers } = await talkToStore("describe an object", () =>
    store.send({ method: "HEAD", key, headers: asked }),
  );
  const stored = Object.entries(headers).filter(([name]) => name.startsWith(METADATA));
  const metadata = Object.fromEntries(
    stored.map(([name, value = ""]) => [name.slice(METADATA.length), decodeMetadataValue(value)]),
  );
  return {
    key,
    fileName: fileNameOfContentDisposition(headers["content-disposition"] ?? "") ?? fileNameOfKey(key),
    contentType: headers["content-type"] ?? "application/octet-stream",
    sizeBytes: Number(headers["content-length"] ?? 0),
    eTag: headers["etag"] ?? "",
    ...(integrity === "MD5" ? md5Of(headers, metadata) : { metadata, checksum: crc64NvmeOf(headers) }),
    lastModified: new Date(headers["last-modified"] ?? 0).toISOString(),
  };
}

const METADATA = "x-amz-meta-";

/** A composite checksum ("...-3") covers the parts' checksums, not the bytes. */
function crc64NvmeOf({ "x-amz-checksum-crc64nvme": value = "-" }: Answer["headers"]): Checksum | null {
  return value.includes("-") ? null : { algorithm: "CRC64NVME", value };
}

function md5Of(
  headers: Answer["headers"],
  stored: UserMetadata,
): Pick<StoredObject, "metadata" | "checksum"> {
  const hasMd5 = hasMd5ETag({
    ServerSideEncryption: headers["x-amz-server-side-encryption"],
    SSECustomerAlgorithm: headers["x-amz-server-side-encryption-customer-algorithm"],
  });
  const value = hasMd5 ? md5OfETag(headers["etag"] ?? "") : null;
  const [, partCount] = /-(\d+)$/.exec(value ?? "") ?? [];
  const object = { sizeBytes: Number(headers["content-length"] ?? 0), partCount: Number(partCount) };
  const { metadata, partSizeBytes } = takePartSize(stored, object);
  if (value === null) return { metadata, checksum: null };
  return {
    metadata,
    checksum: { algorithm: "MD5", value, ...(partSizeBytes === undefined ? {} : { partSizeBytes }) },
  };
}
