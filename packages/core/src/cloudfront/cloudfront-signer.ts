import { contentDisposition } from "../keys/content-disposition.ts";
import type { RouteSigner } from "../s3/request-signer.ts";
import { grantExpiry } from "../sigv4/grant-expiry.ts";
import { uriEncode, uriEncodeKey } from "../sigv4/uri-encode.ts";
import type { CloudFrontKey } from "./cloudfront-key.ts";
import { signCloudFrontUrl } from "./sign-cloudfront-url.ts";

/**
 * Signs GETs of a distribution: a signed URL each.
 *
 * @param options.url - of the distribution; keys are paths below it
 * @param options.key - asked before every grant
 */
export function createCloudFrontSigner(options: {
  url: string;
  key: () => Promise<CloudFrontKey>;
  now: () => Date;
}): Pick<RouteSigner, "signGet"> {
  const { url, key, now } = options;
  return {
    async signGet({ key: objectKey, fileName, disposition, asked, policy }) {
      const { expiresAt } = grantExpiry({ asked, policy, now: now() });
      const name = uriEncode(contentDisposition(disposition, fileName));
      const plain = `${url}/${uriEncodeKey(objectKey)}?response-content-disposition=${name}`;
      const signed = await signCloudFrontUrl({ url: plain, key: await key(), policy: { expiresAt } });
      return { request: { method: "GET", url: signed, headers: {} }, expiresAt };
    },
  };
}
