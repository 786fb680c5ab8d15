import { uriEncode, uriEncodeKey } from "./uri-encode.ts";

export interface RequestToSign {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** `https://host[:port]` */
  origin: string;
  /** Decoded, with a leading `/`: `/key`, or `/bucket/key` in path style. */
  path: string;
  /** Decoded names and values, signed with the request. */
  query?: Record<string, string>;
  /** Signed, so that the holder must send exactly these; lower-case names, without `host`. */
  headers?: Record<string, string>;
}

/** Encoded. */
export type QueryParameter = readonly [name: string, value: string];

export interface CanonicalRequest {
  /** Step 1 of Signature Version 4. */
  text: string;
  /** The URL, in which the signature stands between head and tail. */
  url: { head: string; tail: string };
}

/**
 * Step 1 of Signature Version 4 for any number of requests that are signed in their query.
 *
 * @param parameters - what signing adds to the query of all of them
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function createCanonicalizer(
  parameters: readonly QueryParameter[],
): (request: RequestToSign) => CanonicalRequest {
  // What stands before the signature, a long session token above all, is the same for most requests: few have
  // a parameter of their own there.
  const known = new Map<string, string>();

  function joinBefore(own: readonly QueryParameter[]): string {
    const key = joinQuery(own);
    let joined = known.get(key);
    // Stryker disable next-line ConditionalExpression: joining again only takes time
    if (joined === undefined) {
      joined = joinQuery([...parameters, ...own].toSorted(byName));
      // Stryker disable next-line CallExpression: likewise
      known.set(key, joined);
    }
    return joined;
  }

  return (request) => {
    const { method, origin } = request;
    const { lines, signedHeaders } = canonicalHeaders(request);
    const before: QueryParameter[] = [];
    const behind: QueryParameter[] = [["X-Amz-SignedHeaders", uriEncode(signedHeaders)]];
    for (const [name, value] of Object.entries(request.query ?? {})) {
      const encoded = uriEncode(name);
      // Stryker disable next-line EqualityOperator: no other parameter has the signature's name
      (encoded < "X-Amz-Signature" ? before : behind).push([encoded, uriEncode(value)]);
    }
    const path = uriEncodeKey(request.path);
    const head = joinBefore(before);
    const tail = joinQuery(behind.toSorted(byName));
    return {
      text: `${method}\n${path}\n${head}&${tail}\n${lines}\n${signedHeaders}\nUNSIGNED-PAYLOAD`,
      url: { head: `${origin}${path}?${head}&X-Amz-Signature=`, tail: `&${tail}` },
    };
  };
}

/**
 * Step 1 for a request that is signed in its headers.
 *
 * @param payload - the SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalize(
  request: RequestToSign,
  payload: string,
): { text: string; signedHeaders: string; url: string } {
  const { method, origin } = request;
  const { lines, signedHeaders } = canonicalHeaders(request);
  const path = uriEncodeKey(request.path);
  const query = Object.entries(request.query ?? {}).map(([name, value]): QueryParameter => [
    uriEncode(name),
    uriEncode(value),
  ]);
  const joined = joinQuery(query.toSorted(byName));
  return {
    text: `${method}\n${path}\n${joined}\n${lines}\n${signedHeaders}\n${payload}`,
    signedHeaders,
    url: `${origin}${path}${joined === "" ? "" : `?${joined}`}`,
  };
}

function canonicalHeaders({ origin, headers }: RequestToSign): { lines: string; signedHeaders: string } {
  const host = origin.slice(origin.indexOf("://") + 3);
  const sorted = [...Object.entries(headers ?? {}), ["host", host] as const].toSorted(byName);
  return {
    lines: sorted.map(([name, value]) => `${name}:${oneLine(value)}\n`).join(""),
    signedHeaders: sorted.map(([name]) => name).join(";"),
  };
}

// White space is what HTTP calls so: a no-break space stays.
function oneLine(value: string): string {
  return value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");
}

function joinQuery(query: readonly QueryParameter[]): string {
  return query.map(([name, value]) => `${name}=${value}`).join("&");
}

// By code unit, as AWS asks for; no two have the same name.
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  // Stryker disable next-line EqualityOperator: no two have the same name
  return a < b ? -1 : 1;
}
