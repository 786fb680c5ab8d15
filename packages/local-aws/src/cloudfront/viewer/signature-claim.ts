/** What a viewer shows to be let in, as it came. */
export interface SignatureClaim {
  kind: "url" | "cookies";
  /** Of a custom policy; without one, a canned policy until `expires` is meant. */
  policy: string | undefined;
  expires: string | undefined;
  signature: string | undefined;
  keyPairId: string | undefined;
  hashAlgorithm: string | undefined;
}

const FIELDS = {
  policy: "Policy",
  expires: "Expires",
  signature: "Signature",
  keyPairId: "Key-Pair-Id",
  hashAlgorithm: "Hash-Algorithm",
} as const satisfies Partial<Record<keyof SignatureClaim, string>>;

const PARAMETERS: ReadonlySet<string> = new Set(Object.values(FIELDS));
const COOKIE_PREFIX = "CloudFront-";

/**
 * A URL with any of the parameters counts as a signed one, and its cookies for nothing.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
 *
 * @param request.cookie - the header
 */
export function readSignatureClaim(request: {
  querystring: string;
  cookie: string | undefined;
}): SignatureClaim {
  const parameters = pairs(request.querystring, "&").filter(([name]) => PARAMETERS.has(name));
  if (parameters.length > 0) return { kind: "url", ...toFields(parameters) };
  const cookies = pairs(request.cookie ?? "", ";")
    .filter(([name]) => name.startsWith(COOKIE_PREFIX))
    .map(([name, value]) => [name.slice(COOKIE_PREFIX.length), value] as const);
  return { kind: "cookies", ...toFields(cookies) };
}

/** The rest of the query, in its order and spelling: part of what was signed, and what goes on. */
export function withoutSignatureParameters(querystring: string): string {
  return querystring
    .split("&")
    .filter((parameter) => !PARAMETERS.has(parameter.replace(/=.*/s, "")))
    .join("&");
}

/** Cookies that open the distribution are no business of the origin's. */
export function withoutSignatureCookies(cookie: string): string {
  return cookie
    .split(";")
    .filter((pair) => !isSignatureCookie(pair.trim().replace(/=.*/s, "")))
    .join(";")
    .trim();
}

function isSignatureCookie(name: string): boolean {
  return name.startsWith(COOKIE_PREFIX) && PARAMETERS.has(name.slice(COOKIE_PREFIX.length));
}

/** Of a repeated one the first counts: browsers send the cookie of the longest path first. */
function toFields(found: readonly (readonly [name: string, value: string])[]): Omit<SignatureClaim, "kind"> {
  const value = (field: keyof typeof FIELDS): string | undefined =>
    found.find(([name]) => name === FIELDS[field])?.[1];
  return {
    policy: value("policy"),
    expires: value("expires"),
    signature: value("signature"),
    keyPairId: value("keyPairId"),
    hashAlgorithm: value("hashAlgorithm"),
  };
}

function pairs(text: string, separator: string): (readonly [name: string, value: string])[] {
  return text.split(separator).map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? [pair.trim(), ""] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  });
}
