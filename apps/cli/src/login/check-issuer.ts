import { WaybillError } from "@waybill/core";

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/**
 * Whether people may be sent to this provider: by HTTPS only, or on this machine for an API that is on it as
 * well.
 *
 * @throws {WaybillError} `UNAUTHENTICATED`
 */
export function checkIssuer(issuer: string, apiUrl: string): void {
  const { protocol, hostname } = new URL(issuer);
  const isLocal = LOOPBACK.test(hostname);
  const isTrustworthy = isLocal ? LOOPBACK.test(new URL(apiUrl).hostname) : protocol === "https:";
  if (isTrustworthy) return;
  throw new WaybillError(
    "UNAUTHENTICATED",
    `The API at ${apiUrl} sends people to ${issuer} to log in, which is not to be trusted.`,
  );
}
