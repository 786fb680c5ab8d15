import { WaybillError } from "../waybill-error.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** A small object as text, and the ETag to replace it by; undefined where there is none. */
export async function findText(
  store: Store,
  key: string,
): Promise<{ text: string; eTag: string } | undefined> {
  try {
    const { body, headers } = await talkToStore("read an object", () => store.send({ method: "GET", key }));
    return { text: body, eTag: headers["etag"] ?? "" };
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  }
}
