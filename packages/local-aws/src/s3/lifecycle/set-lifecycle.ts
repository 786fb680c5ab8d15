import type { ObjectStore } from "../object-store/object-store.ts";
import {
  DEFAULT_MINIMUM_OBJECT_SIZE,
  type LifecycleFilter,
  type LifecycleRule,
  writeLifecycle,
} from "./lifecycle-configuration.ts";
import { parseLifecycleXml } from "./lifecycle-xml.ts";
import { toLifecycleXml } from "./write-lifecycle-xml.ts";

/** A rule that a bucket is made with: `{ id: "inbox", filter: { prefix: "in/" }, expirationDays: 30 }`. */
export interface LifecycleRuleOptions extends Omit<LifecycleRule, "isEnabled" | "scope"> {
  /** Absent: every key. */
  filter?: LifecycleFilter;
}

/**
 * Give a bucket these rules in place of those it has; none take them away. Within a transaction.
 *
 * @throws {S3Error} where S3 would not take them
 */
export function setLifecycle(
  store: ObjectStore,
  bucket: string,
  options: readonly LifecycleRuleOptions[],
): void {
  if (options.length === 0) {
    writeLifecycle(store, bucket, undefined);
    return;
  }
  const xml = toLifecycleXml(
    options.map(({ filter, ...rule }) => ({
      ...rule,
      isEnabled: true,
      scope: { ...filter, form: "filter" },
    })),
  );
  const rules = parseLifecycleXml(Buffer.from(xml));
  writeLifecycle(store, bucket, { minimumObjectSize: DEFAULT_MINIMUM_OBJECT_SIZE, rules });
}
