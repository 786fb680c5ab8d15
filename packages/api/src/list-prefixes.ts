import { WaybillError } from "@waybill/core";
import * as z from "zod/mini";

/** How a listing goes on: in which prefix, and after what. */
const Cursor = z.object({ prefixIndex: z.int().check(z.minimum(0)), after: z.optional(z.string()) });

/**
 * One page of a listing that runs over several prefixes, as one.
 *
 * @param page - one page of one prefix; `after` as it came back with the page before
 * @throws {WaybillError} `INVALID_INPUT` for a cursor that we did not make
 */
export async function listPrefixes<T>(
  prefixes: readonly string[],
  cursor: string | undefined,
  page: (prefix: string, after: string | undefined) => Promise<{ items: T[]; after?: string | undefined }>,
): Promise<{ items: T[]; cursor?: string }> {
  const { prefixIndex, after } = cursor === undefined ? { prefixIndex: 0 } : parseCursor(cursor);
  const prefix = prefixes[prefixIndex];
  if (prefix === undefined) return { items: [] };
  const { items, after: next } = await page(prefix, after);
  if (next !== undefined) return { items, cursor: formatCursor({ prefixIndex, after: next }) };
  if (prefixIndex + 1 < prefixes.length)
    return { items, cursor: formatCursor({ prefixIndex: prefixIndex + 1 }) };
  return { items };
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
