import { type KeyObject, verify } from "node:crypto";
import { viewerRefused } from "../cloudfront-error.ts";
import { type SignatureClaim, withoutSignatureParameters } from "./signature-claim.ts";
import { cannedPolicyText, findPolicyProblem, parseViewerPolicy } from "./viewer-policy.ts";

/**
 * Let in who holds a signature of a trusted key over a policy that allows this. It shares no code with any signer.
 *
 * @param options.url - all of it, as it was requested
 * @throws {CloudFrontError} 403 `MissingKey`, `InvalidKey`, `MalformedSignature`, `MalformedPolicy`, `AccessDenied`
 */
export function checkViewer(
  claim: SignatureClaim,
  options: { url: string; clientIp: string; trustedKeys: ReadonlyMap<string, KeyObject>; now: Date },
): void {
  const url = withoutOwnParameters(options.url);
  const key = findKey(claim, options.trustedKeys);
  const text = policyText(claim, url);
  if (!claim.signature) throw viewerRefused("AccessDenied", `no signature in the ${claim.kind}`);
  const signature = decode(claim.signature);
  if (signature === undefined) throw viewerRefused("MalformedSignature", "the signature is not base64");
  const policy = parseViewerPolicy(text);
  if (policy === undefined) throw viewerRefused("MalformedPolicy", "the policy is none of CloudFront's");
  if (!verify(hashOf(claim), Buffer.from(text), key, signature)) {
    throw viewerRefused("AccessDenied", `the signature is of another key, or another policy or URL`);
  }
  const problem = findPolicyProblem(policy, { ...options, url });
  if (problem !== undefined) throw viewerRefused("AccessDenied", `the policy does not allow it: ${problem}`);
}

function findKey(claim: SignatureClaim, trustedKeys: ReadonlyMap<string, KeyObject>): KeyObject {
  if (!claim.keyPairId) throw viewerRefused("MissingKey", `no key id in the ${claim.kind}`);
  const key = trustedKeys.get(claim.keyPairId);
  if (key === undefined) throw viewerRefused("InvalidKey", "no trusted key group has this key");
  return key;
}

/** @returns what must have been signed: the policy that was sent, or the canned one of this URL */
function policyText({ policy, expires }: SignatureClaim, url: string): string {
  if (policy !== undefined && expires !== undefined) {
    throw viewerRefused("AccessDenied", "a policy and an expiry: one of them says nothing");
  }
  if (policy !== undefined) {
    const text = decode(policy)?.toString();
    if (!text) throw viewerRefused("MalformedPolicy", "the policy is not base64");
    return text;
  }
  if (!/^\d{1,12}$/.test(expires ?? ""))
    throw viewerRefused("AccessDenied", "neither a policy nor an expiry");
  return cannedPolicyText(url, expires ?? "");
}

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html */
function hashOf({ hashAlgorithm }: SignatureClaim): string {
  if (hashAlgorithm === undefined || hashAlgorithm === "SHA1") return "sha1";
  if (hashAlgorithm === "SHA256") return "sha256";
  throw viewerRefused("AccessDenied", "Hash-Algorithm is neither SHA1 nor SHA256");
}

/** `-`, `_` and `~` stand for `+`, `=` and `/`. Of several spellings of the same bytes only one is taken. */
function decode(text: string): Buffer | undefined {
  if (!/^[A-Za-z\d~-]+_{0,2}$/.test(text)) return undefined;
  const base64 = text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/");
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes : undefined;
}

function withoutOwnParameters(url: string): string {
  const questionMark = url.indexOf("?");
  if (questionMark < 0) return url;
  const query = withoutSignatureParameters(url.slice(questionMark + 1));
  return query === "" ? url.slice(0, questionMark) : `${url.slice(0, questionMark)}?${query}`;
}
