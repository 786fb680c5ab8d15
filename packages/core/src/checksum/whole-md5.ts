import type { UploadPlan } from "../multipart/plan-upload.ts";
import type { Checksum } from "../schemas/object.ts";
import { compositeOf } from "./composite-checksum.ts";
import type { RunningChecksum } from "./crc.ts";

/**
 * What a store must say of a whole object, from the MD5s of all of its parts in order.
 *
 * @param md5 - with nothing read yet
 */
export function wholeMd5(plan: UploadPlan, partChecksums: readonly string[], md5: RunningChecksum): Checksum {
  if (plan.kind === "single") return { algorithm: "MD5", value: partChecksums[0] ?? "" };
  return { algorithm: "MD5", value: compositeOf(md5, partChecksums), partSizeBytes: plan.partSizeBytes };
}
