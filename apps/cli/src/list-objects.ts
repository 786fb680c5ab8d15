import type { ListedObject } from "@waybill/core";
import type { CommandContext } from "./command-context.ts";

/** All objects whose keys begin with `prefix`, page by page. */
export async function* listObjects(
  { client, signal }: CommandContext,
  prefix: string,
): AsyncGenerator<ListedObject> {
  let cursor: string | undefined;
  do {
    const page = await client.call((api) => api.objects.list.query({ prefix, cursor }, { signal }), signal);
    yield* page.objects;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
