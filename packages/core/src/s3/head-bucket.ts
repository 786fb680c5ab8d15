import { askStore, type Store } from "./store.ts";

/** Whether the bucket is there and these credentials may use it; throws what stands in the way. */
export async function headBucket(store: Store): Promise<void> {
  await askStore(store, "open the bucket", (client, sdk) =>
    client.send(new sdk.HeadBucketCommand({ Bucket: store.bucket })),
  );
}
