import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import { parseInteger } from "../parse-integer.ts";

/** @throws {S3Error} `InvalidArgument` */
export function parsePartNumber(query: ReadonlyMap<string, string>): number {
  return parseInteger(query.get("partNumber") ?? "", {
    name: "partNumber",
    min: 1,
    max: MAX_PART_COUNT,
    message: "Part number must be an integer between 1 and 10000, inclusive",
  });
}
