import {
  combineCrc64Nvme,
  partRange,
  WaybillError,
  type StoredObject,
  type UploadedPart,
  type UploadPlan,
  type WaybillErrorCode,
} from "@waybill/core";
import { completeMultipartUpload, findObject, listParts } from "@waybill/core/s3";
import { collectionNamed } from "./collections/define-collections.ts";
import type { ApiDeps } from "./context.ts";
import type { UploadClaims } from "./upload-token.ts";

/** After these, the object may be there all the same: the answer to an earlier try was lost. */
const AMBIGUOUS: ReadonlySet<WaybillErrorCode> = new Set([
  "UPLOAD_NOT_FOUND",
  "OBJECT_EXISTS",
  "STORAGE_BUSY",
  "STORAGE_UNREACHABLE",
]);

/**
 * Publish an upload, and answer only when the store holds exactly what the client sent. What the
 * store lists is compared *before* it publishes (a real server was seen to accept a wrong full-object
 * checksum), and what it published afterwards.
 *
 * @param sent.partChecksums - CRC64NVME of every part, in order
 * @param sent.checksum - CRC64NVME of the whole
 * @throws {WaybillError} `UPLOAD_INCOMPLETE`, `UPLOAD_NOT_FOUND`, `CHECKSUM_MISMATCH`, `CHECKSUM_UNPROVEN`
 */
export async function completeUpload(
  deps: ApiDeps,
  claims: UploadClaims,
  sent: { partChecksums: readonly string[]; checksum: string },
): Promise<StoredObject> {
  const { key, uploadId, plan } = claims;
  const { overwrite } = collectionNamed(deps.collections, claims.collection);
  checkSum(plan, sent);
  const expected = { sizeBytes: plan.sizeBytes, checksum: sent.checksum };
  if (uploadId !== undefined) {
    try {
      const parts = await listParts(deps.store, { key, uploadId });
      compareParts(plan, parts, sent.partChecksums);
      await completeMultipartUpload(deps.store, { key, uploadId, parts, overwrite, ...expected });
    } catch (error) {
      if (!(error instanceof WaybillError && AMBIGUOUS.has(error.code))) throw error;
      const object = await findObject(deps.store, key);
      // What is to be replaced may still be there.
      if (object === undefined || (overwrite && object.checksum?.value !== sent.checksum)) throw error;
      return proven(object, expected);
    }
  }
  const object = await findObject(deps.store, key);
  if (object === undefined)
    throw new WaybillError("UPLOAD_INCOMPLETE", "The object has not arrived in the store.");
  return proven(object, expected);
}

function checkSum(
  plan: UploadPlan,
  { partChecksums, checksum }: { partChecksums: readonly string[]; checksum: string },
) {
  if (partChecksums.length !== plan.partCount) {
    throw new WaybillError(
      "INVALID_INPUT",
      `${partChecksums.length} checksums came for ${plan.partCount} parts.`,
    );
  }
  const ranges = partChecksums.map((value, index) => ({ value, sizeBytes: sizeOfPart(plan, index + 1) }));
  if (combineCrc64Nvme(ranges) !== checksum) {
    throw new WaybillError("INVALID_INPUT", "The checksums of the parts do not add up to that of the whole.");
  }
}

function compareParts(plan: UploadPlan, stored: readonly UploadedPart[], partChecksums: readonly string[]) {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const missing: number[] = [];
  const different: number[] = [];
  for (const [index, checksum] of partChecksums.entries()) {
    const partNumber = index + 1;
    const part = byNumber.get(partNumber);
    if (part === undefined) missing.push(partNumber);
    else if (part.checksum === null) throw new WaybillError("CHECKSUM_UNPROVEN");
    else if (part.checksum !== checksum || part.sizeBytes !== sizeOfPart(plan, partNumber))
      different.push(partNumber);
  }
  if (missing.length > 0)
    throw new WaybillError("UPLOAD_INCOMPLETE", `The store lacks ${someParts(missing)}.`);
  if (different.length > 0 || byNumber.size > plan.partCount) {
    throw new WaybillError("CHECKSUM_MISMATCH", `The store holds other bytes in ${someParts(different)}.`);
  }
}

function proven(object: StoredObject, expected: { sizeBytes: number; checksum: string }): StoredObject {
  if (object.checksum === null) throw new WaybillError("CHECKSUM_UNPROVEN");
  if (object.sizeBytes !== expected.sizeBytes || object.checksum.value !== expected.checksum) {
    throw new WaybillError("CHECKSUM_MISMATCH");
  }
  return object;
}

function sizeOfPart(plan: UploadPlan, partNumber: number): number {
  const { start, end } = partRange(plan, partNumber);
  return end - start;
}

function someParts(partNumbers: readonly number[]): string {
  const first = partNumbers.slice(0, 5).join(", ");
  return `${partNumbers.length === 1 ? "part" : "parts"} ${first}${partNumbers.length > 5 ? ", …" : ""}`;
}
