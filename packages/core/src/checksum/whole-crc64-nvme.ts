import { partRange, type UploadPlan } from "../multipart/plan-upload.ts";
import type { Checksum, Integrity } from "../schemas/object.ts";
import { combineCrc64Nvme } from "./combine-crc.ts";

/** Of which algorithm the checksum of a part is. Each has a length of its own. */
export function algorithmOfPart(partChecksum: string): Integrity {
  return partChecksum.endsWith("==") ? "MD5" : "CRC64NVME";
}

/**
 * What a store must say of a whole object, from the CRC64NVMEs of all of its parts in order.
 *
 * @throws {WaybillError} `INVALID_INPUT` for a value that is none
 */
export function wholeCrc64Nvme(plan: UploadPlan, partChecksums: readonly string[]): Checksum {
  const parts = partChecksums.map((value, index) => {
    const { start, end } = partRange(plan, index + 1);
    return { value, sizeBytes: end - start };
  });
  return { algorithm: "CRC64NVME", value: combineCrc64Nvme(parts) };
}
