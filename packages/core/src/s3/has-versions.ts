import { askStore, type Store } from "./store.ts";

/** Whether the bucket keeps what was replaced or removed, or did so once. */
export async function hasVersions(store: Store): Promise<boolean> {
  const { Status } = await askStore(store, "tell whether it keeps versions", (client, sdk) =>
    client.send(new sdk.GetBucketVersioningCommand({ Bucket: store.bucket })),
  );
  return Status !== undefined;
}
