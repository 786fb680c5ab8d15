import { MAX_LIST_PAGE } from "@waybill/core/s3-limits";
import { toKeyEncoder } from "../encoding-type.ts";
import { MAX_INTEGER, parseInteger } from "../parse-integer.ts";

/** What all lists of objects, versions and uploads take. */
export interface ListQuery {
  prefix: string;
  delimiter: string; // empty: none
  /** How many entries a page may have: S3 gives no more than 1,000, whatever is asked. */
  limit: number;
  encodingType: string | undefined;
  /** Writes keys as the client wants them. */
  encode: (key: string) => string;
}

/** @throws {S3Error} `InvalidArgument` */
export function parseListQuery(
  query: ReadonlyMap<string, string>,
  maxName: "max-keys" | "max-uploads",
): ListQuery {
  const max = parseInteger(query.get(maxName) ?? String(MAX_LIST_PAGE), {
    name: maxName,
    min: 0,
    max: MAX_INTEGER,
  });
  const encodingType = query.get("encoding-type");
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    limit: Math.min(max, MAX_LIST_PAGE),
    encodingType,
    encode: toKeyEncoder(encodingType),
  };
}
