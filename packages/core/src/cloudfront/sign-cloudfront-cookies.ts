import { WaybillError } from "../waybill-error.ts";
import { cloudFrontBase64 } from "./cloudfront-base64.ts";
import type { CloudFrontKey } from "./cloudfront-key.ts";
import { policyText, type CloudFrontPolicy } from "./cloudfront-policy.ts";

export interface CookieScope {
  /** Of the site that the page and the distribution share, such as `example.com`; never `cloudfront.net`. */
  domain: string;
  /** The paths that the browser sends them with. */
  path: string;
  /** Default `Lax`. */
  sameSite?: "Strict" | "Lax" | "None";
}

/**
 * Cookies that open everything the policy's resource matches, a whole prefix with `…/prefix/*`. The
 * policy is always a custom one: a canned one opens a single URL.
 *
 * @throws {WaybillError} `INVALID_INPUT` for a domain or path that a browser would not take, or not as meant
 * @returns one value of `Set-Cookie` each: Secure, HttpOnly, and gone when the policy expires
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-cookies.html
 */
export async function signCloudFrontCookies(options: {
  key: CloudFrontKey;
  policy: CloudFrontPolicy;
  scope: CookieScope;
}): Promise<string[]> {
  const { key, policy, scope } = options;
  assertScope(scope);
  const text = policyText(policy);
  const cookies = [
    `CloudFront-Policy=${cloudFrontBase64(new TextEncoder().encode(text))}`,
    `CloudFront-Signature=${cloudFrontBase64(await key.sign(text))}`,
    `CloudFront-Key-Pair-Id=${key.keyPairId}`,
    ...(key.hash === "SHA-256" ? ["CloudFront-Hash-Algorithm=SHA256"] : []),
  ];
  const attributes = [
    `Domain=${scope.domain}`,
    `Path=${scope.path}`,
    `Expires=${policy.expiresAt.toUTCString()}`,
    "Secure",
    "HttpOnly",
    `SameSite=${scope.sameSite ?? "Lax"}`,
  ].join("; ");
  return cookies.map((cookie) => `${cookie}; ${attributes}`);
}

function assertScope({ domain, path }: CookieScope): void {
  // Browsers take no cookie for all of a public suffix: https://publicsuffix.org/list/public_suffix_list.dat
  if (!/^[\w.-]+$/.test(domain) || /(^|\.)cloudfront\.net$/i.test(domain))
    throw new WaybillError("INVALID_INPUT", `A cookie cannot have the domain ${JSON.stringify(domain)}.`);
  // https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1 path-value
  if (!/^\/[\x20-\x3a\x3c-\x7e]*$/.test(path))
    throw new WaybillError("INVALID_INPUT", `A cookie cannot have the path ${JSON.stringify(path)}.`);
  // A longer one browsers pass over, and would send the cookie elsewhere:
  // https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6
  if (path.length > MAX_PATH_CHARACTERS)
    throw new WaybillError("INVALID_INPUT", `A cookie's path has ${MAX_PATH_CHARACTERS} characters at most.`);
}

const MAX_PATH_CHARACTERS = 1024;
