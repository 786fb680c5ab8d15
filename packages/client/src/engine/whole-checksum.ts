import { wholeCrc64Nvme, wholeMd5, type Checksum, type Integrity, type UploadPlan } from "@waybill/core";
import type { LoadMd5 } from "./platform.ts";

/** What the store must say of a whole object, from the checksums of all of its parts in order. */
export type WholeChecksum = (
  integrity: Integrity,
  plan: UploadPlan,
  partChecksums: readonly string[],
) => Promise<Checksum>;

export function createWholeChecksum(loadMd5: LoadMd5): WholeChecksum {
  return async (integrity, plan, partChecksums) => {
    if (integrity === "CRC64NVME") return wholeCrc64Nvme(plan, partChecksums);
    return wholeMd5(plan, partChecksums, (await loadMd5()).createMd5());
  };
}
