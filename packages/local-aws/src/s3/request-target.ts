import { S3Error } from "./s3-error.ts";

/** Name and value, percent-decoded, in the order sent. */
export type QueryParameter = readonly [name: string, value: string];

export interface RequestTarget {
  /** As sent, still encoded: what the log shows and bucket and key are cut from. */
  rawPath: string;
  queryParameters: readonly QueryParameter[];
}

/**
 * Split the target of an HTTP request line.
 *
 * A WHATWG `URL` would collapse `/../` and `/./` in a key, which S3 keeps, so the text is cut by
 * hand.
 *
 * @throws {S3Error} `InvalidURI`
 */
export function parseRequestTarget(target: string): RequestTarget {
  if (!target.startsWith("/")) throw new S3Error("InvalidURI");
  const questionMark = target.indexOf("?");
  const rawPath = questionMark < 0 ? target : target.slice(0, questionMark);
  const rawQuery = questionMark < 0 ? "" : target.slice(questionMark + 1);
  return {
    rawPath,
    queryParameters: rawQuery
      .split("&")
      .filter((parameter) => parameter !== "")
      .map(parseQueryParameter),
  };
}

/** @throws {S3Error} `InvalidURI` for a bad escape or bytes that are not UTF-8 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new S3Error("InvalidURI", { cause });
  }
}

function parseQueryParameter(parameter: string): QueryParameter {
  const equals = parameter.indexOf("=");
  const name = equals < 0 ? parameter : parameter.slice(0, equals);
  const value = equals < 0 ? "" : parameter.slice(equals + 1);
  return [decodeQueryText(name), decodeQueryText(value)];
}

/** In a query, unlike in a path, `+` is a space. */
function decodeQueryText(text: string): string {
  return percentDecode(text.replaceAll("+", " "));
}
