import type { Caller } from "../identity/caller.ts";
import { SYSTEM_HEADERS } from "./object-headers.ts";
import { S3Error } from "./s3-error.ts";

/** `response-content-type` and the like: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const RESPONSE_OVERRIDES: readonly string[] = SYSTEM_HEADERS.map((name) => `response-${name}`);

/**
 * Headers that the client of a signed request wants instead of the stored ones.
 *
 * @throws {S3Error} `InvalidRequest` for an anonymous one, `InvalidArgument` for text that a header cannot hold
 */
export function parseResponseOverrides(
  query: ReadonlyMap<string, string>,
  caller: Pick<Caller, "kind">,
): Record<string, string> {
  if (caller.kind === "anonymous" && RESPONSE_OVERRIDES.some((name) => query.has(name))) {
    throw new S3Error("InvalidRequest", {
      message: "Request specific response headers cannot be used for anonymous GET requests.",
    });
  }
  const overrides: Record<string, string> = {};
  for (const name of SYSTEM_HEADERS) {
    const value = query.get(`response-${name}`);
    if (!value) continue;
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      throw new S3Error("InvalidArgument", {
        message: "Header value cannot be represented using ISO-8859-1.",
        details: { ArgumentName: `response-${name}`, ArgumentValue: value },
      });
    }
    overrides[name] = value;
  }
  return overrides;
}
