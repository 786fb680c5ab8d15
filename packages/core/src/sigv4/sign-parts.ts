import { bytesToHex } from "@noble/hashes/utils.js";
import { hmacSha256Midstate, sha256Midstate } from "./midstate.ts";
import { canonicalRequest, signingKeyOf, stringToSignHead, type PresignOptions } from "./presign.ts";

export interface PartToSign {
  partNumber: number;
  sizeBytes: number;
  /** As it goes into the header that `checksumHeader` names. */
  checksum: string;
}

/**
 * The signatures of many UploadPart requests that differ in part number, length and checksum only:
 * the same as `signQuery` gives for each, several times as fast. `partNumber` sorts behind every
 * `X-Amz-*` parameter, so that all before it, a long session token included, is hashed once.
 *
 * @param options.query - without `partNumber`
 * @param options.headers - without `content-length` and the checksum
 * @returns 32 bytes for each part, in order
 */
export function signParts(
  options: PresignOptions & { checksumHeader: string },
  parts: readonly PartToSign[],
): Uint8Array[] {
  const { query, headers, checksumHeader } = options;
  const template: PresignOptions = {
    ...options,
    query: { ...query, partNumber: "0" },
    headers: { ...headers, "content-length": "0", [checksumHeader]: "0" },
  };
  // None of these can stand in a key or a value: & and line breaks are encoded there.
  const variable = new RegExp(`(?<=&partNumber=)0|(?<=\\ncontent-length:)0|(?<=\\n${checksumHeader}:)0`);
  const [head, beforeLength, beforeChecksum, tail, ...more] = canonicalRequest(template).split(variable);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new TypeError("This is no UploadPart request.");

  const requests = sha256Midstate(encoder.encode(head));
  const strings = hmacSha256Midstate(signingKeyOf(template), encoder.encode(stringToSignHead(template)));
  return parts.map(({ partNumber, sizeBytes, checksum }) => {
    const rest = `${partNumber}${beforeLength}${sizeBytes}${beforeChecksum}${checksum}${tail}`;
    const digest = requests.finish(encoder.encode(rest));
    return strings.finish(encoder.encode(bytesToHex(digest))).slice();
  });
}

const encoder = new TextEncoder();
