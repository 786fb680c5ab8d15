/**
 * Where a list goes on: at this key or behind it and, where a key has several entries, behind the one that
 * `entry` names. How it names them is up to each list; an empty text stands for the beginning of the key.
 */
export interface ListPosition {
  key: Buffer;
  entry: string;
}

export interface ListPage<T> {
  entries: T[];
  commonPrefixes: string[];
  /** The name at which the page ends, key or common prefix; `undefined` when it is empty. */
  last: string | undefined;
  /** Where the next page begins; `undefined` when this was the last one. */
  next: ListPosition | undefined;
}

/**
 * One page of a list in S3's order (UTF-8 octets), with keys rolled up at the delimiter.
 *
 * A rolled-up prefix is skipped with one look-up however many keys it holds.
 *
 * @param options.find - the first entry at or behind a position
 * @param options.behind - the position just behind an entry
 */
export function listPage<T extends { key: string }>(options: {
  prefix: string;
  delimiter: string;
  limit: number;
  start: ListPosition;
  find: (position: ListPosition) => T | undefined;
  behind: (entry: T) => ListPosition;
}): ListPage<T> {
  const { prefix, delimiter, limit } = options;
  const page: ListPage<T> = { entries: [], commonPrefixes: [], last: undefined, next: undefined };
  let position = later(options.start, { key: Buffer.from(prefix), entry: "" });
  for (;;) {
    const entry = options.find(position);
    if (entry === undefined || !entry.key.startsWith(prefix) || limit === 0) return page;
    if (page.entries.length + page.commonPrefixes.length === limit) return { ...page, next: position };
    const commonPrefix = toCommonPrefix(entry.key, prefix, delimiter);
    if (commonPrefix === undefined) {
      page.entries.push(entry);
      position = options.behind(entry);
    } else {
      page.commonPrefixes.push(commonPrefix);
      position = { key: behindPrefix(commonPrefix), entry: "" };
    }
    page.last = commonPrefix ?? entry.key;
  }
}

/**
 * The position behind a key that a client names (`start-after`, `key-marker`). When it is a common
 * prefix of an earlier page, all that it rolls up is passed over too.
 */
export function behindMarker(marker: string, options: { prefix: string; delimiter: string }): ListPosition {
  const isCommonPrefix = toCommonPrefix(marker, options.prefix, options.delimiter) === marker;
  const key = isCommonPrefix ? behindPrefix(marker) : behindKey(marker);
  return { key: marker === "" ? Buffer.alloc(0) : key, entry: "" };
}

/** The smallest key behind this one. */
export function behindKey(key: string): Buffer {
  return Buffer.concat([Buffer.from(key), Buffer.of(0)]);
}

/** The smallest octets behind all keys with this prefix; UTF-8 never holds 0xff. */
function behindPrefix(prefix: string): Buffer {
  const octets = Buffer.from(prefix);
  const last = octets.length - 1;
  octets.writeUInt8(octets.readUInt8(last) + 1, last);
  return octets;
}

function toCommonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const index = key.indexOf(delimiter, prefix.length);
  return index < 0 ? undefined : key.slice(0, index + delimiter.length);
}

function later(a: ListPosition, b: ListPosition): ListPosition {
  const order = Buffer.compare(a.key, b.key);
  return order > 0 || (order === 0 && a.entry > b.entry) ? a : b;
}
