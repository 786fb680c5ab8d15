import {
  algorithmOfPart,
  createChecksum,
  partRange,
  WaybillError,
  wholeCrc64Nvme,
  wholeMd5,
  type Checksum,
  type Integrity,
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
 * checksum), and what it published afterwards. Checksums are those that the store gives: CRC64NVMEs, or the MD5s
 * that its ETags are.
 *
 * @param sent.partChecksums - of every part, in order
 * @param sent.checksum - of the whole, as the store must have it
 * @throws {WaybillError} `UPLOAD_INCOMPLETE`, `UPLOAD_NOT_FOUND`, `CHECKSUM_MISMATCH`, `CHECKSUM_UNPROVEN`
 */
export async function completeUpload(
  deps: ApiDeps,
  claims: UploadClaims,
  sent: { partChecksums: readonly string[]; checksum: Checksum },
): Promise<StoredObject> {
  const { key, uploadId, plan } = claims;
  const { integrity } = deps.store;
  const { overwrite } = collectionNamed(deps.collections, claims.collection);
  const expected = { sizeBytes: plan.sizeBytes, checksum: checkSum(integrity, plan, sent) };
  if (uploadId !== undefined) {
    try {
      const parts = await listParts(deps.store, { key, uploadId });
      compareParts(plan, parts, sent.partChecksums);
      await completeMultipartUpload(deps.store, { key, uploadId, parts, overwrite, ...expected });
    } catch (error) {
      if (!(error instanceof WaybillError && AMBIGUOUS.has(error.code))) throw error;
      const object = await findObject(deps.store, key);
      // What is to be replaced may still be there.
      if (object === undefined || (overwrite && object.checksum?.value !== sent.checksum.value)) throw error;
      return proven(object, expected);
    }
  }
  const object = await findObject(deps.store, key);
  if (object === undefined)
    throw new WaybillError("UPLOAD_INCOMPLETE", "The object has not arrived in the store.");
  return proven(object, expected);
}

/** @returns that of the whole, as the parts' make it */
function checkSum(
  integrity: Integrity,
  plan: UploadPlan,
  { partChecksums, checksum }: { partChecksums: readonly string[]; checksum: Checksum },
): Checksum {
  if (partChecksums.length !== plan.partCount) {
    throw new WaybillError(
      "INVALID_INPUT",
      `${partChecksums.length} checksums came for ${plan.partCount} parts.`,
    );
  }
  if (partChecksums.some((value) => algorithmOfPart(value) !== integrity))
    throw new WaybillError(
      "INVALID_INPUT",
      `The store gives the ${integrity} of each part, and nothing else.`,
    );
  const whole =
    integrity === "MD5"
      ? wholeMd5(plan, partChecksums, createChecksum("MD5"))
      : wholeCrc64Nvme(plan, partChecksums);
  if (checksum.algorithm === whole.algorithm && checksum.value === whole.value) return whole;
  throw new WaybillError("INVALID_INPUT", "The checksums of the parts do not add up to that of the whole.");
}

function compareParts(plan: UploadPlan, stored: readonly UploadedPart[], partChecksums: readonly string[]) {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const missing: number[] = [];
  const different: number[] = [];
  for (const [index, checksum] of partChecksums.entries()) {
    const partNumber = index + 1;
    const part = byNumber.get(partNumber);
    if (part === undefined) missing.push(partNumber);
    else if (part.checksum === null) throw unproven(algorithmOfPart(checksum));
    else if (part.checksum !== checksum || part.sizeBytes !== sizeOfPart(plan, partNumber))
      different.push(partNumber);
  }
  if (missing.length > 0)
    throw new WaybillError("UPLOAD_INCOMPLETE", `The store lacks ${someParts(missing)}.`);
  // What is signed with Content-MD5 is checked when it arrives. That not one part arrived whole is less likely.
  if (different.length === plan.partCount && algorithmOfPart(partChecksums[0] ?? "") === "MD5")
    throw unproven("MD5");
  if (different.length > 0 || byNumber.size > plan.partCount) {
    throw new WaybillError("CHECKSUM_MISMATCH", `The store holds other bytes in ${someParts(different)}.`);
  }
}

function proven(object: StoredObject, expected: { sizeBytes: number; checksum: Checksum }): StoredObject {
  const { sizeBytes, checksum } = expected;
  if (object.checksum === null) throw unproven(checksum.algorithm);
  if (object.sizeBytes !== sizeBytes || object.checksum.value !== checksum.value)
    throw new WaybillError("CHECKSUM_MISMATCH");
  return { ...object, checksum };
}

function unproven(integrity: Integrity): WaybillError {
  if (integrity === "CRC64NVME") return new WaybillError("CHECKSUM_UNPROVEN");
  return new WaybillError(
    "CHECKSUM_UNPROVEN",
    "The store's ETags are not the MD5s of what was sent: it makes them otherwise, as with keys of KMS, or holds other bytes.",
  );
}

function sizeOfPart(plan: UploadPlan, partNumber: number): number {
  const { start, end } = partRange(plan, partNumber);
  return end - start;
}

function someParts(partNumbers: readonly number[]): string {
  const first = partNumbers.slice(0, 5).join(", ");
  return `${partNumbers.length === 1 ? "part" : "parts"} ${first}${partNumbers.length > 5 ? ", …" : ""}`;
}
