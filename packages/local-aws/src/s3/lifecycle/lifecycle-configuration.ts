import * as z from "zod/mini";
import type { ObjectStore } from "../object-store/object-store.ts";

/** Which uploads a rule means: in S3's newer form a filter, in the older one a prefix of the rule itself. */
const RuleScope = z.object({
  form: z.enum(["filter", "prefix"]),
  /** Absent in an empty filter, which means every key. */
  prefix: z.optional(z.string()),
});

const LifecycleRule = z.object({
  id: z.string(),
  isEnabled: z.boolean(),
  scope: RuleScope,
  daysAfterInitiation: z.int(),
});
export type LifecycleRule = z.infer<typeof LifecycleRule>;

/**
 * How small objects are kept from transitions. There are none here, but a client reads back what it set.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export const MinimumObjectSize = z.enum(["all_storage_classes_128K", "varies_by_storage_class"]);
export const MINIMUM_OBJECT_SIZE_HEADER = "x-amz-transition-default-minimum-object-size";

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
