import { WaybillError } from "../waybill-error.ts";
import { askStore, type Store } from "./store.ts";

/** A small object as text, and the ETag to replace it by; undefined where there is none. */
export async function findText(
  store: Store,
  key: string,
): Promise<{ text: string; eTag: string } | undefined> {
  try {
    return await askStore(store, "read an object", async (client, sdk) => {
      const object = await client.send(new sdk.GetObjectCommand({ Bucket: store.bucket, Key: key }));
      return { text: (await object.Body?.transformToString()) ?? "", eTag: object.ETag ?? "" };
    });
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  }
}
