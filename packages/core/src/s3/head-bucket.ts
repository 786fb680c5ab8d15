import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** Whether the bucket is there and these credentials may use it; throws what stands in the way. */
export async function headBucket({ client, bucket }: Store): Promise<void> {
  await talkToStore("open the bucket", () => client.send(new HeadBucketCommand({ Bucket: bucket })));
}
