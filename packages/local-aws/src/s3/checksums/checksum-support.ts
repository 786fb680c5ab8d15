import type { S3Response } from "../operation.ts";
import { S3Error } from "../s3-error.ts";

/**
 * What a store makes of `x-amz-checksum-*`. Amazon keeps them; the others are how stores answer that have only
 * Content-MD5 and ETags.
 */
export const CHECKSUM_SUPPORT = ["kept", "ignored", "refused"] as const;
export type ChecksumSupport = (typeof CHECKSUM_SUPPORT)[number];

/** Of checksums behind a body nothing is said: a store that does not know them cannot read such a body. */
const CHECKSUM_HEADER = /^x-amz-(checksum-|sdk-checksum-algorithm$)/;
const CHECKSUM_ELEMENT = /<(Checksum\w*)>.*?<\/\1>/gs;

/** @throws {S3Error} `InvalidArgument` */
export function withoutChecksumHeaders(
  headers: ReadonlyMap<string, string>,
  support: ChecksumSupport,
): ReadonlyMap<string, string> {
  if (support === "kept") return headers;
  const others = new Map(headers);
  for (const name of headers.keys()) {
    if (!CHECKSUM_HEADER.test(name)) continue;
    if (support === "refused") {
      throw new S3Error("InvalidArgument", {
        message: `Unsupported header '${name}' received for this API call.`,
      });
    }
    others.delete(name);
  }
  return others;
}

/** The same answer without what such a store does not know. */
export function withoutChecksums(answer: S3Response, support: ChecksumSupport): S3Response {
  if (support === "kept") return answer;
  const { headers = {}, body } = answer;
  const others = Object.entries(headers).filter(([name]) => !CHECKSUM_HEADER.test(name));
  const isXml = typeof body === "string" && body.startsWith("<?xml");
  return {
    ...answer,
    headers: Object.fromEntries(others),
    ...(isXml ? { body: body.replace(CHECKSUM_ELEMENT, "") } : {}),
  };
}
