import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** Remove an object. S3 answers the same whether it was there or not. */
export async function deleteObject({ client, bucket }: Store, key: string): Promise<void> {
  await talkToStore("remove the object", () =>
    client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
  );
}
