import { askStore, type Store } from "./store.ts";

/** Remove an object. S3 answers the same whether it was there or not. */
export async function deleteObject(store: Store, key: string): Promise<void> {
  await askStore(store, "remove the object", (client, sdk) =>
    client.send(new sdk.DeleteObjectCommand({ Bucket: store.bucket, Key: key })),
  );
}
