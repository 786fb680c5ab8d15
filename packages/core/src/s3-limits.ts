/**
 * Amazon S3's numbers, each with its source.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */

export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

/** The last part of an upload may be smaller. */
export const MIN_PART_BYTES = 5 * MiB;
export const MAX_PART_BYTES = 5 * GiB;
export const MAX_PART_COUNT = 10_000;

/** 10,000 parts of 5 GiB: 48.8 TiB, which AWS rounds to "50 TB". */
export const MAX_OBJECT_BYTES = MAX_PART_COUNT * MAX_PART_BYTES;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
export const MAX_SINGLE_PUT_BYTES = 5 * GiB;

/** In UTF-8. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const MAX_KEY_BYTES = 1024;

/**
 * Sum of names and values of user metadata.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export const MAX_USER_METADATA_BYTES = 2 * 1024;

/** Seven days. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export const MAX_PRESIGN_SECONDS = 604_800;

/** Days that a lifecycle rule can wait: a positive 32-bit integer. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html */
export const MAX_LIFECYCLE_DAYS = 2 ** 31 - 1;

/** ListObjectsV2, ListParts and ListMultipartUploads answer at most this many entries at once. */
export const MAX_LIST_PAGE = 1000;
