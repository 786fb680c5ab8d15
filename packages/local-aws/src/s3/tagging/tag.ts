import { S3Error } from "../s3-error.ts";

export interface Tag {
  key: string;
  value: string;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_OBJECT_TAGS = 10;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
const MAX_BUCKET_TAGS = 50;
/** In UTF-16 code units, as the guide counts them. */
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws {S3Error} `BadRequest` for too many, `InvalidTag` */
export function checkObjectTags(tags: readonly Tag[]): void {
  if (tags.length > MAX_OBJECT_TAGS) {
    throw new S3Error("BadRequest", { message: `Object tags cannot be greater than ${MAX_OBJECT_TAGS}` });
  }
  checkTags(tags, "Your TagKey cannot be prefixed with aws:");
}

/** @throws {S3Error} `BadRequest` for too many, `InvalidTag` */
export function checkBucketTags(tags: readonly Tag[]): void {
  if (tags.length > MAX_BUCKET_TAGS) {
    throw new S3Error("BadRequest", {
      message: `Bucket tag count cannot be greater than ${MAX_BUCKET_TAGS}`,
    });
  }
  checkTags(tags, "System tags cannot be added/updated by requester");
}

function checkTags(tags: readonly Tag[], reservedMessage: string): void {
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key === "" || key.length > MAX_KEY_LENGTH || !ALLOWED.test(key)) {
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: key });
    }
    if (value.length > MAX_VALUE_LENGTH || !ALLOWED.test(value)) {
      throw invalidTag("The TagValue you have provided is invalid", { TagKey: key, TagValue: value });
    }
    if (key.startsWith("aws:")) throw invalidTag(reservedMessage, { TagKey: key });
    if (keys.has(key)) throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: key });
    keys.add(key);
  }
}

function invalidTag(message: string, details: Record<string, string>): S3Error {
  return new S3Error("InvalidTag", { message, details });
}
