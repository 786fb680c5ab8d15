import { serviceRefusal } from "./service-refusal.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/**
 * Write a small object, if nobody else has meanwhile.
 *
 * @param options.replaces - the ETag of what it replaces; undefined: nothing
 * @returns its ETag; undefined where something else is there, or nothing any more
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putText(
  store: Store,
  options: { key: string; text: string; contentType: string; replaces: string | undefined },
): Promise<string | undefined> {
  const { key, text: body, contentType, replaces } = options;
  const condition = replaces === undefined ? { "if-none-match": "*" } : { "if-match": replaces };
  const headers = { "content-type": contentType, ...condition };
  return talkToStore("write an object", async () => {
    try {
      const answer = await store.send({ method: "PUT", key, headers, body });
      return answer.headers["etag"] ?? "";
    } catch (error) {
      if (isNotNow(error)) return undefined;
      throw error;
    }
  });
}

/**
 * The condition does not hold (412, or NoSuchKey for If-Match on nothing), or something else is being written at the
 * moment: 409, which is ConditionalRequestConflict at Amazon and ConcurrentModification at Ceph.
 */
function isNotNow(error: unknown): boolean {
  const { name, status } = serviceRefusal(error) ?? {};
  return status === 409 || status === 412 || name === "NoSuchKey";
}
