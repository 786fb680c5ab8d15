import { checksumOfBytes } from "../checksum/checksum.ts";
import { Integrity } from "../schemas/object.ts";
import { WaybillError } from "../waybill-error.ts";
import { abortMultipartUpload } from "./abort-multipart-upload.ts";
import { createMultipartUpload } from "./create-multipart-upload.ts";
import { listParts } from "./list-parts.ts";
import { askStore, type Store } from "./store.ts";

/**
 * By what this store can prove which bytes it holds: for each way a part of a few bytes is sent to an upload
 * that is aborted afterwards, so that nothing is left.
 *
 * @param key - of the upload, which is never completed
 * @throws {WaybillError} what stands in the way of any upload: `STORAGE_UNREACHABLE`, `STORAGE_DENIED` …
 */
export async function probeIntegrity(store: Store, key: string): Promise<Integrity[]> {
  const proofs: Integrity[] = [];
  let refusal: unknown;
  for (const integrity of Integrity.options) {
    try {
      if (await proves({ ...store, integrity }, key)) proofs.push(integrity);
      refusal = undefined;
    } catch (error) {
      if (!(error instanceof WaybillError && REFUSALS.has(error.code))) throw error;
      refusal = error.code === "STORAGE_DENIED" ? error : undefined;
    }
  }
  if (proofs.length === 0 && refusal !== undefined) throw refusal; // it is not checksums that it refuses
  return proofs;
}

/** Of a store that does not know this kind of checksum, or makes its ETags otherwise. */
const REFUSALS: ReadonlySet<string> = new Set(["STORAGE_DENIED", "CHECKSUM_UNPROVEN", "CHECKSUM_MISMATCH"]);

const BYTES = new TextEncoder().encode("waybill");

async function proves(store: Store, key: string): Promise<boolean> {
  const { bucket, integrity } = store;
  const put = {
    key,
    fileName: "probe",
    contentType: "application/octet-stream",
    metadata: {},
    partSizeBytes: BYTES.length,
  };
  const uploadId = await createMultipartUpload(store, put);
  try {
    const checksum = checksumOfBytes(integrity, BYTES);
    const part = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: 1, Body: BYTES };
    const checked =
      integrity === "MD5"
        ? { ContentMD5: checksum }
        : { ChecksumAlgorithm: integrity, ChecksumCRC64NVME: checksum };
    await askStore(store, "take a part", (client, sdk) =>
      client.send(new sdk.UploadPartCommand({ ...part, ...checked })),
    );
    const [listed] = await listParts(store, { key, uploadId });
    return listed?.checksum === checksum;
  } finally {
    await abortMultipartUpload(store, { key, uploadId });
  }
}
