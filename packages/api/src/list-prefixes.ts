import { WaybillError } from "@waybill/core";
import * as z from "zod/mini";

/** How a listing goes on: in which prefix, and after what. */
const Cursor = z.object({ prefixIndex: z.int().check(z.minimum(0)), after: z.optional(z.string()) });

/**
 * One page of a listing that runs over several prefixes, as one.
 *
 * @param options.limit - most items of the page
 * @param options.list - lists one prefix, at most so many; `after` as it came back with the page before
 * @throws {WaybillError} `INVALID_INPUT` for a cursor that we did not make
 */
export async function listPrefixes<T>(options: {
  prefixes: readonly string[];
  cursor: string | undefined;
  limit: number;
  list: (
    prefix: string,
    page: { limit: number; after: string | undefined },
  ) => Promise<{ items: T[]; after?: string | undefined }>;
}): Promise<{ items: T[]; cursor?: string }> {
  const { prefixes, cursor, limit } = options;
  const items: T[] = [];
  let { prefixIndex, after }: z.infer<typeof Cursor> =
    cursor === undefined ? { prefixIndex: 0 } : parseCursor(cursor);
  for (; ; prefixIndex++) {
    const prefix = prefixes[prefixIndex];
    if (prefix === undefined) return { items };
    if (items.length >= limit) return { items, cursor: formatCursor({ prefixIndex }) };
    const page = await options.list(prefix, { limit: limit - items.length, after });
    items.push(...page.items);
    ({ after } = page);
    if (after !== undefined) return { items, cursor: formatCursor({ prefixIndex, after }) };
  }
}

function formatCursor(cursor: z.infer<typeof Cursor>): string {
  return encodeURIComponent(JSON.stringify(cursor));
}

function parseCursor(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(decodeURIComponent(text)));
  } catch (error) {
    throw new WaybillError("INVALID_INPUT", "The cursor is not one of this listing.", { cause: error });
  }
}
