import { PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/**
 * Write a small object, if nobody else has meanwhile.
 *
 * @param options.replaces - the ETag of what it replaces; undefined: nothing
 * @returns its ETag; undefined where something else is there, or nothing any more
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putText(
  { client, bucket }: Store,
  options: { key: string; text: string; contentType: string; replaces: string | undefined },
): Promise<string | undefined> {
  const { key, text, contentType, replaces } = options;
  return talkToStore("write an object", async () => {
    try {
      const { ETag } = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: contentType,
          ...(replaces === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaces }),
        }),
      );
      return ETag ?? "";
    } catch (error) {
      if (S3ServiceException.isInstance(error) && isNotNow(error)) return undefined;
      throw error;
    }
  });
}

/**
 * The condition does not hold (412, or NoSuchKey for If-Match on nothing), or something else is being written at the
 * moment: 409, which is ConditionalRequestConflict at Amazon and ConcurrentModification at Ceph.
 */
function isNotNow({ name, $metadata: { httpStatusCode: status } }: S3ServiceException): boolean {
  return status === 409 || status === 412 || name === "NoSuchKey";
}
