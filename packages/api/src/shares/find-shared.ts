import { WaybillError, type StoredObject } from "@waybill/core";
import { findObject } from "@waybill/core/s3";
import type { Collection } from "../collections/collection.ts";
import type { ApiDeps } from "../context.ts";
import { placeOfKey } from "../policy.ts";
import type { ShareRecord } from "./share-record.ts";

/** What was shared, while it is still there and its sharer may still read it. */
export async function findShared(
  { store, collections }: ApiDeps,
  { key, eTag, sharer }: ShareRecord,
): Promise<{ object: StoredObject; collection: Collection } | undefined> {
  try {
    const { collection } = placeOfKey(collections, sharer, "read", key);
    const object = await findObject(store, key);
    return object?.eTag === eTag ? { object, collection } : undefined;
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  }
}
