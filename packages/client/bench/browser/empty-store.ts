import { DeleteObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { BUCKET } from "../../rig/open-api.ts";
import { storeReader } from "../../rig/store-reader.ts";
import type { Servers } from "./start-servers.ts";

/** Remove all objects; their sizes, so that nobody is believed who only says that he has stored something. */
export async function emptyStore(store: Servers["store"]): Promise<number[]> {
  const client = storeReader(store);
  try {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    if (Contents.length > 0) {
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    }
    return Contents.map(({ Size = 0 }) => Size);
  } finally {
    client.destroy();
  }
}
