import { type FaultMatch, operationsOf } from "./fault.ts";

/** What a fault looks at of a request. */
export interface FaultTarget {
  operation: string;
  bucket: string;
  key: string;
  partNumber: number | undefined;
}

/** Whether a request is one that the match means; prepared once, and asked for each request. */
export function createMatcher(match: FaultMatch): (target: FaultTarget) => boolean {
  const operations = operationsOf(match);
  const isKey = createKeyMatcher(match.key);
  return ({ operation, bucket, key, partNumber }) =>
    (operations?.includes(operation) ?? true) &&
    (match.bucket ?? bucket) === bucket &&
    (match.partNumber ?? partNumber) === partNumber &&
    isKey(key);
}

function createKeyMatcher(match: FaultMatch["key"]): (key: string) => boolean {
  if (match === undefined) return () => true;
  if (typeof match === "string") return (key) => key === match;
  if ("prefix" in match) return (key) => key.startsWith(match.prefix);
  const pattern = new RegExp(match.pattern, "u");
  return (key) => pattern.test(key);
}
