import { MAX_KEY_BYTES } from "../s3-limits.ts";

/**
 * An object key: `prefix` + a time-ordered id + `/` + the file's name, kept readable. Two files with the same
 * name never meet, and a listing is in the order of arrival.
 *
 * @param options.prefix - ends in `/`; leaves room for the id and a name
 * @param options.id - from `createKeyId`
 * @param options.fileName - any text; made safe here
 */
export function createObjectKey(options: { prefix: string; id: string; fileName: string }): string {
  const head = `${options.prefix}${options.id}/`;
  return head + safeFileName(options.fileName, MAX_KEY_BYTES - utf8Length(head));
}

/** The file name part of a key: what follows the last `/`. */
export function fileNameOfKey(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/**
 * A person's file name as one path segment that is safe in a key and in a folder: Unicode NFC, no
 * separators, no control or direction-changing characters, never empty, never `.` or `..`.
 *
 * @param maxBytes - of UTF-8; a longer name is cut in the middle, its extension kept
 */
export function safeFileName(fileName: string, maxBytes = 255): string {
  const cleaned = fileName
    .toWellFormed()
    .normalize("NFC")
    .replace(/[/\\]/g, "_")
    // Control characters, and those that only change how the rest is drawn (bidi overrides, zero width no-break).
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu, "_")
    .trim();
  const named = /^\.*$/.test(cleaned) ? `_${cleaned}` : cleaned;
  return utf8Length(named) <= maxBytes ? named : shorten(named, maxBytes);
}

/**
 * Any text as one key segment of `A-Z a-z 0-9 - _` and `~hh`. Different texts give different
 * segments, and none is a prefix of another up to its `/`.
 */
export function keySegment(text: string): string {
  const bytes = encoder.encode(text);
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(character) ? character : `~${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}

/** The text that a segment was made of; undefined when `keySegment` would have written it otherwise. */
export function textOfKeySegment(segment: string): string | undefined {
  try {
    const text = decodeURIComponent(segment.replaceAll("%", "%25").replaceAll("~", "%"));
    return keySegment(text) === segment ? text : undefined;
  } catch {
    return undefined; // not UTF-8
  }
}

function shorten(name: string, maxBytes: number): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && utf8Length(name.slice(dot)) <= 32 ? name.slice(dot) : "";
  const room = maxBytes - utf8Length(extension);
  let stem = "";
  let used = 0;
  for (const character of name.slice(0, name.length - extension.length)) {
    used += utf8Length(character);
    if (used > room) break;
    stem += character;
  }
  return stem + extension;
}

export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

const encoder = new TextEncoder();
