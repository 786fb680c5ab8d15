import * as z from "zod/mini";
import { MAX_LIFECYCLE_DAYS } from "../s3-limits.ts";

export const LifecycleDays = z.int().check(z.minimum(1), z.maximum(MAX_LIFECYCLE_DAYS));

/**
 * A lifecycle rule of a bucket, for all keys that begin with a prefix. S3 counts days up to the next midnight, UTC.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export const LifecycleRule = z.object({
  id: z.string(),
  /** Empty: every key. */
  prefix: z.string(),
  /** Objects go after so many days; in a bucket with versions a delete marker takes their place. */
  expirationDays: z.optional(LifecycleDays),
  /** Delete markers go behind which nothing is left. S3 takes it in no rule that has `expirationDays`. */
  expiredObjectDeleteMarker: z.optional(z.boolean()),
  /** What was replaced or deleted goes so many days after that. */
  noncurrentDays: z.optional(LifecycleDays),
  /** Open uploads are aborted so many days after they began. */
  daysAfterInitiation: z.optional(LifecycleDays),
});
export type LifecycleRule = z.infer<typeof LifecycleRule>;
