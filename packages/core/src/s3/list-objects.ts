import { fileNameOfKey } from "../keys/object-key.ts";
import type { ListedObject } from "../schemas/object.ts";
import { KEYS_IN_URL_ENCODING, listedKey } from "./listed-key.ts";
import { askStore, type Store } from "./store.ts";

/** One page of objects in the order of their keys; `cursor` when there are more. */
export async function listObjects(
  store: Store,
  options: { prefix: string; limit: number; cursor?: string | undefined },
): Promise<{ objects: ListedObject[]; cursor?: string }> {
  const page = await askStore(store, "list objects", (client, sdk) =>
    client.send(
      new sdk.ListObjectsV2Command({
        Bucket: store.bucket,
        Prefix: options.prefix,
        MaxKeys: options.limit,
        ContinuationToken: options.cursor,
        ...KEYS_IN_URL_ENCODING,
      }),
    ),
  );
  const objects = (page.Contents ?? []).map(({ Key = "", Size, ETag, LastModified }) => {
    const key = listedKey(Key, page.EncodingType);
    return {
      key,
      fileName: fileNameOfKey(key),
      sizeBytes: Size ?? 0,
      eTag: ETag ?? "",
      lastModified: (LastModified ?? new Date(0)).toISOString(),
    };
  });
  return page.NextContinuationToken === undefined
    ? { objects }
    : { objects, cursor: page.NextContinuationToken };
}
