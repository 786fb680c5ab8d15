import { keySegment, LIMITS_PREFIX } from "@waybill/core";
import { findText, putText, type Store } from "@waybill/core/s3";
import type { Principal } from "../principal.ts";

/** Of nothing that is there. */
const OTHER_ETAG = `"${"0".repeat(32)}"`;

/**
 * Whether the store heeds `If-Match`. Its principal's own record is to be replaced, by itself, where another is expected; who has none
 * yet learns nothing, and is told of nothing.
 */
export async function canCount(store: Store, principal: Principal): Promise<boolean> {
  const key = LIMITS_PREFIX + keySegment(principal.id);
  const found = await findText(store, key);
  if (found === undefined) return true;
  const put = { key, text: found.text, contentType: "application/json", replaces: OTHER_ETAG };
  return (await putText(store, put)) === undefined;
}
