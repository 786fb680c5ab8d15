import type { SQLOutputValue } from "node:sqlite";
import * as z from "zod/mini";
import { findStorageClass, type StorageClass } from "../storage-class.ts";
import type { Tag } from "../tagging/tag.ts";

/** What a `SELECT` gives. The readers below turn a column into the type that the schema promises. */
export type Row = Record<string, SQLOutputValue>;

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw wrongType(column, "text");
  return value;
}

export function optionalTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw wrongType(column, "an integer");
  return value;
}

/** Keys are stored as bytes, so that SQLite compares them as S3 does: by UTF-8 octets. */
export function keyOf(row: Row): string {
  const value = row["key"];
  if (!(value instanceof Uint8Array)) throw wrongType("key", "a blob");
  return Buffer.from(value).toString("utf8");
}

export function toKeyBytes(key: string): Buffer {
  return Buffer.from(key, "utf8");
}

/** Headers are stored as a JSON object of strings. */
export function headersOf(row: Row): Record<string, string> {
  const parsed: unknown = JSON.parse(textOf(row, "headers"));
  if (typeof parsed !== "object" || parsed === null) throw wrongType("headers", "a JSON object");
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}

/** Tags are stored as a JSON array of pairs, which keeps their order. */
export function tagsOf(row: Row): Tag[] {
  return TagPairs.parse(JSON.parse(textOf(row, "tags"))).map(([key, value]) => ({ key, value }));
}

export function toTagsColumn(tags: readonly Tag[]): string {
  return JSON.stringify(tags.map(({ key, value }) => [key, value]));
}

const TagPairs = z.array(z.tuple([z.string(), z.string()]));

export function storageClassOf(row: Row): StorageClass {
  const storageClass = findStorageClass(textOf(row, "storage_class"));
  if (storageClass === undefined) throw wrongType("storage_class", "a known name");
  return storageClass;
}

function wrongType(column: string, expected: string): Error {
  return new Error(`column ${column} is not ${expected}`);
}
