import { sleep } from "@waybill/core";
import type { Store } from "@waybill/core/s3";
import type { Collections } from "../collections/define-collections.ts";
import { createLimits, type Limits } from "./create-limits.ts";
import type { LimitSettings } from "./limit-settings.ts";
import { createS3Records } from "./s3-records.ts";
import { seeUploads } from "./see-uploads.ts";

/** Limits that are counted in the bucket which they are about. */
export function createStoreLimits(options: {
  store: Store;
  collections: Collections;
  limits: LimitSettings;
  now: () => Date;
}): Limits {
  const { store, collections, limits, now } = options;
  return createLimits({
    records: createS3Records(store),
    limits,
    now,
    random: Math.random,
    sleep,
    seeUploads: (principal) => seeUploads({ store, collections }, principal),
  });
}
