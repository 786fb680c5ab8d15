import { createHash } from "node:crypto";
import { createChecksum, type RunningChecksum } from "@waybill/core";

/** Node's own, which is nine times as fast as JavaScript. */
export function createMd5(): RunningChecksum {
  return createChecksum("MD5", { createMd5: () => createHash("md5") });
}
