import type { Integrity } from "@waybill/core";
import type { Check } from "./check.ts";

const PROVEN: Record<Integrity, string> = {
  CRC64NVME: "uploads are proven by CRC64NVME, of each part and of the whole",
  MD5: "uploads are proven by MD5 alone, of each part and of the parts' MD5s",
};
const VALUES: Record<Integrity, string> = { CRC64NVME: "crc64nvme", MD5: "md5" };

/**
 * Whether uploads can be proven.
 *
 * @param integrity - by what, as the API was told
 * @param proves - by what the store can
 */
export function describeIntegrity(integrity: Integrity, proves: readonly Integrity[]): Check {
  const name = "integrity";
  const [best] = proves; // the strongest comes first
  const set = (value: Integrity) => `Set WAYBILL_S3_INTEGRITY=${VALUES[value]} for the API`;
  if (proves.includes(integrity)) {
    const check = { name, ok: true, detail: PROVEN[integrity] };
    if (best === undefined || best === integrity) return check;
    return { ...check, remedy: `${set(best)}: the store can do better than MD5.` };
  }
  const detail = `the store gives no ${integrity} of what it holds, so that no upload can be proven`;
  const remedy =
    best === undefined
      ? "Its ETags are no MD5s, either: is the bucket encrypted with keys of KMS?"
      : `${set(best)}: that the store can prove.`;
  return { name, ok: false, detail, remedy };
}
