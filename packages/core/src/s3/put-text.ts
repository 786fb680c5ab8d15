import { PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** What S3 answers where the condition does not hold, or something else is being written at the moment. */
const NOT_NOW: ReadonlySet<string> = new Set([
  "PreconditionFailed",
  "ConditionalRequestConflict",
  "NoSuchKey", // If-Match on nothing
]);

/**
 * Write a small object, if nobody else has meanwhile.
 *
 * @param options.replaces - the ETag of what it replaces; undefined: nothing
 * @returns false where something else is there, or nothing any more
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putText(
  { client, bucket }: Store,
  options: { key: string; text: string; contentType: string; replaces: string | undefined },
): Promise<boolean> {
  const { key, text, contentType, replaces } = options;
  return talkToStore("write an object", async () => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: contentType,
          ...(replaces === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaces }),
        }),
      );
      return true;
    } catch (error) {
      if (S3ServiceException.isInstance(error) && NOT_NOW.has(error.name)) return false;
      throw error;
    }
  });
}
