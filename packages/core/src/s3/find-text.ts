import { GetObjectCommand } from "@aws-sdk/client-s3";
import { WaybillError } from "../waybill-error.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** A small object as text, and the ETag to replace it by; undefined where there is none. */
export async function findText(
  { client, bucket }: Store,
  key: string,
): Promise<{ text: string; eTag: string } | undefined> {
  try {
    return await talkToStore("read an object", async () => {
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { text: (await object.Body?.transformToString()) ?? "", eTag: object.ETag ?? "" };
    });
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  }
}
