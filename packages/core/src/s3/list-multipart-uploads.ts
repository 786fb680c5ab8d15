import { fileNameOfKey } from "../keys/object-key.ts";
import type { OpenUpload } from "../schemas/upload.ts";
import { KEYS_IN_URL_ENCODING, listedKey } from "./listed-key.ts";
import { askStore, type Store } from "./store.ts";

/** Where a listing goes on: S3 needs both markers. */
export interface UploadMarker {
  key: string;
  uploadId: string;
}

/** One page of uploads that are neither completed nor aborted. */
export async function listMultipartUploads(
  store: Store,
  options: { prefix: string; limit: number; after?: UploadMarker | undefined },
): Promise<{ uploads: OpenUpload[]; next?: UploadMarker }> {
  const page = await askStore(store, "list open uploads", (client, sdk) =>
    client.send(
      new sdk.ListMultipartUploadsCommand({
        Bucket: store.bucket,
        Prefix: options.prefix,
        MaxUploads: options.limit,
        KeyMarker: options.after?.key,
        UploadIdMarker: options.after?.uploadId,
        ...KEYS_IN_URL_ENCODING,
      }),
    ),
  );
  const { EncodingType, IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
  const uploads = (page.Uploads ?? []).map(({ Key = "", UploadId = "", Initiated }) => {
    const key = listedKey(Key, KEYS_IN_URL_ENCODING.EncodingType); // Ceph RGW encodes them without saying so
    return {
      key,
      fileName: fileNameOfKey(key),
      uploadId: UploadId,
      initiatedAt: (Initiated ?? new Date(0)).toISOString(),
    };
  });
  if (!IsTruncated || NextKeyMarker === undefined) return { uploads };
  const next = { key: listedKey(NextKeyMarker, EncodingType), uploadId: NextUploadIdMarker ?? "" };
  return { uploads, next };
}
