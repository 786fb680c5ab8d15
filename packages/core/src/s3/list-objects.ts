import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { fileNameOfKey } from "../keys/object-key.ts";
import type { ListedObject } from "../schemas/object.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** One page of objects in the order of their keys; `cursor` when there are more. */
export async function listObjects(
  { client, bucket }: Store,
  options: { prefix: string; limit: number; cursor?: string | undefined },
): Promise<{ objects: ListedObject[]; cursor?: string }> {
  const page = await talkToStore("list objects", () =>
    client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: options.prefix,
        MaxKeys: options.limit,
        ContinuationToken: options.cursor,
      }),
    ),
  );
  const objects = (page.Contents ?? []).map(({ Key: key = "", Size, ETag, LastModified }) => ({
    key,
    fileName: fileNameOfKey(key),
    sizeBytes: Size ?? 0,
    eTag: ETag ?? "",
    lastModified: (LastModified ?? new Date(0)).toISOString(),
  }));
  return page.NextContinuationToken === undefined
    ? { objects }
    : { objects, cursor: page.NextContinuationToken };
}
