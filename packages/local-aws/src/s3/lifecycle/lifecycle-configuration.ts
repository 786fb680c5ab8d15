import * as z from "zod/mini";
import type { ObjectStore } from "../object-store/object-store.ts";

/** What a rule asks of an object. Without a field it asks nothing, and with none it means every key. */
const LifecycleFilter = z.object({
  /** How its key begins. */
  prefix: z.optional(z.string()),
  /** All of which it has. */
  tags: z.optional(z.array(z.object({ key: z.string(), value: z.string() }))),
  /** In bytes, which are not enough. */
  objectSizeGreaterThan: z.optional(z.int()),
  /** In bytes, which are too many. */
  objectSizeLessThan: z.optional(z.int()),
});
export type LifecycleFilter = z.infer<typeof LifecycleFilter>;

const LifecycleRule = z.object({
  id: z.string(),
  isEnabled: z.boolean(),
  /** In S3's newer form it comes from a filter, in the older one from a prefix of the rule itself. */
  scope: z.extend(LifecycleFilter, { form: z.enum(["filter", "prefix"]) }),
  /** When uploads are aborted. */
  daysAfterInitiation: z.optional(z.int()),
  /** When objects go, counted from when they were stored. */
  expirationDays: z.optional(z.int()),
  /** When they all go, and from then on: a midnight of UTC, in ISO 8601. */
  expirationDate: z.optional(z.iso.datetime()),
  /** Whether delete markers go as soon as nothing is behind them. */
  expiredObjectDeleteMarker: z.optional(z.boolean()),
  /** When versions go that are not the current one, counted from when that which replaced them was stored. */
  noncurrentDays: z.optional(z.int()),
  /** How many of these are kept of each key, the newest ones; only beside `noncurrentDays`. */
  newerNoncurrentVersions: z.optional(z.int()),
});
export type LifecycleRule = z.infer<typeof LifecycleRule>;

/**
 * How small objects are kept from transitions. There are none here, but a client reads back what it set.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export const MinimumObjectSize = z.enum(["all_storage_classes_128K", "varies_by_storage_class"]);
export const MINIMUM_OBJECT_SIZE_HEADER = "x-amz-transition-default-minimum-object-size";
export const DEFAULT_MINIMUM_OBJECT_SIZE = "all_storage_classes_128K";

const LifecycleConfiguration = z.object({
  minimumObjectSize: MinimumObjectSize,
  rules: z.array(LifecycleRule),
});
export type LifecycleConfiguration = z.infer<typeof LifecycleConfiguration>;

export function readLifecycle(store: ObjectStore, bucket: string): LifecycleConfiguration | undefined {
  const text = store.buckets.setting(bucket, "lifecycle");
  return text === undefined ? undefined : LifecycleConfiguration.parse(JSON.parse(text));
}

export function writeLifecycle(
  store: ObjectStore,
  bucket: string,
  configuration: LifecycleConfiguration | undefined,
): void {
  const text = configuration === undefined ? undefined : JSON.stringify(configuration);
  store.buckets.setSetting(bucket, "lifecycle", text);
}
