import { LIMITS_PREFIX } from "@waybill/core";
import { findText, putText, type Store } from "@waybill/core/s3";
import type { Records } from "./records.ts";

/** Records as objects of the bucket itself, written with `If-None-Match` and `If-Match`. */
export function createS3Records(store: Store): Records {
  return {
    async read(name) {
      const found = await findText(store, LIMITS_PREFIX + name);
      return found && { text: found.text, version: found.eTag };
    },
    write: (name, text, replaces) =>
      putText(store, { key: LIMITS_PREFIX + name, text, contentType: "application/json", replaces }),
  };
}
