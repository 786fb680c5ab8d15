import { grantExpiry } from "../sigv4/grant-expiry.ts";
import { uriEncodeKey } from "../sigv4/uri-encode.ts";
import type { CloudFrontKey } from "./cloudfront-key.ts";
import { signCloudFrontCookies, type CookieScope } from "./sign-cloudfront-cookies.ts";

/** Opens all keys that begin with a prefix. */
export type CookieSigner = (options: {
  /** Ends in `/`, where a cookie's path ends as well. */
  prefix: string;
  /** Seconds. */
  asked: number;
  policy: number;
}) => Promise<{
  /** One value of `Set-Cookie` each. */
  cookies: string[];
  /** Of the prefix, percent-encoded as the cookies have it. */
  url: string;
  expiresAt: Date;
}>;

/**
 * Signs cookies for prefixes of a distribution.
 *
 * @param options.url - of the distribution; keys are paths below it
 * @param options.key - asked before every grant
 */
export function createCookieSigner(options: {
  url: string;
  key: () => Promise<CloudFrontKey>;
  scope: Omit<CookieScope, "path">;
  now: () => Date;
}): CookieSigner {
  const { key, scope, now } = options;
  return async ({ prefix, asked, policy }) => {
    const { expiresAt } = grantExpiry({ asked, policy, now: now() });
    const url = `${options.url}/${uriEncodeKey(prefix)}`; // which leaves neither * nor ?
    const cookies = await signCloudFrontCookies({
      key: await key(),
      policy: { resource: `${url}*`, expiresAt },
      scope: { ...scope, path: new URL(url).pathname },
    });
    return { cookies, url, expiresAt };
  };
}
