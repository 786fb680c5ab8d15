import type { StoredObject } from "../schemas/object.ts";
import { serviceRefusal } from "./service-refusal.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/**
 * An ETag of many parts says nothing to who does not know where they were cut. Where it was not noted, since others
 * have stored the object, some stores tell the size of a part: where those of the first and the last one add up to
 * the object, all others are like the first.
 *
 * @returns the object; with `partSizeBytes` where the store tells
 */
export async function withPartSize(store: Store, object: StoredObject): Promise<StoredObject> {
  const { checksum, sizeBytes } = object;
  const count = Number(/-(\d+)$/.exec(checksum?.value ?? "")?.[1]);
  if (checksum?.algorithm !== "MD5" || checksum.partSizeBytes !== undefined) return object;
  if (Number.isNaN(count)) return object;
  const [first, last] = await Promise.all([1, count].map((number) => sizeOfPart(store, object, number)));
  if (first === undefined || last === undefined || last > first) return object;
  if (first * (count - 1) + last !== sizeBytes) return object;
  return { ...object, checksum: { ...checksum, partSizeBytes: first } };
}

/** @returns undefined where the store does not know of parts, or this version is gone */
async function sizeOfPart(
  store: Store,
  { key, eTag }: StoredObject,
  partNumber: number,
): Promise<number | undefined> {
  const query = { partNumber: String(partNumber) };
  return talkToStore("describe a part", async () => {
    try {
      const answer = await store.send({ method: "HEAD", key, query, headers: { "if-match": eTag } });
      return Number(answer.headers["content-length"]);
    } catch (error) {
      const status = serviceRefusal(error)?.status;
      if (status !== undefined && UNKNOWING.has(status)) return undefined;
      throw error;
    }
  });
}

const UNKNOWING: ReadonlySet<number> = new Set([400, 404, 405, 412, 416, 501]);
