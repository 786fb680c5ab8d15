import { WaybillError } from "../waybill-error.ts";
import { cloudFrontBase64 } from "./cloudfront-base64.ts";
import type { CloudFrontKey } from "./cloudfront-key.ts";
import { epochSeconds, policyText, type CloudFrontPolicy } from "./cloudfront-policy.ts";

const RESERVED = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

/**
 * Sign a URL of a distribution. With nothing but an expiry the policy is canned: it is not sent, since
 * CloudFront knows it; a pattern, a start or an address range makes it a custom one, which is.
 *
 * @param options.url - percent-encoded, as it will be requested
 * @param options.policy - `resource` when left out is the URL itself
 * @throws {WaybillError} `INVALID_INPUT` when the URL has a parameter of CloudFront's own name, and where a `*` in
 *   it would make the policy a pattern that nobody asked for
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
 */
export async function signCloudFrontUrl(options: {
  url: string;
  key: CloudFrontKey;
  policy: Omit<CloudFrontPolicy, "resource"> & { resource?: string };
}): Promise<string> {
  const { url, key } = options;
  const policy: CloudFrontPolicy = { resource: url, ...options.policy };
  assertNotSigned(url);
  const text = policyText(policy);
  const canned = policy.resource === url && policy.startsAt === undefined && policy.ipRange === undefined;
  if (!canned && policy.resource === url && url.includes("*"))
    throw new WaybillError("INVALID_INPUT", "CloudFront reads * as a pattern: write %2A in the URL.");
  const parameters = [
    canned
      ? `Expires=${epochSeconds(policy.expiresAt)}`
      : `Policy=${cloudFrontBase64(new TextEncoder().encode(text))}`,
    `Key-Pair-Id=${key.keyPairId}`,
    `Signature=${cloudFrontBase64(await key.sign(text))}`,
    ...(key.hash === "SHA-256" ? ["Hash-Algorithm=SHA256"] : []),
  ];
  return `${url}${url.includes("?") ? "&" : "?"}${parameters.join("&")}`;
}

function assertNotSigned(url: string) {
  const names = [...new URL(url).searchParams.keys()];
  const taken = names.find((name) => RESERVED.includes(name));
  if (taken !== undefined) {
    throw new WaybillError(
      "INVALID_INPUT",
      `A URL with a parameter ${taken} cannot be signed: CloudFront uses that name.`,
    );
  }
}
