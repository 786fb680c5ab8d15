import { algorithmOfPart, WaybillError, type SignedParts } from "@waybill/core";
import { collectionNamed } from "./collections/define-collections.ts";
import { signerOf } from "./collections/offered-route.ts";
import type { ApiDeps } from "./context.ts";
import type { UploadClaims } from "./upload-token.ts";

/**
 * Sign the requests for some parts of an upload, each for its length and its checksum.
 *
 * @throws {WaybillError} `INVALID_INPUT` for checksums that are not those the store takes
 */
export async function signUploadParts(
  deps: ApiDeps,
  claims: UploadClaims,
  parts: readonly { partNumber: number; checksum: string }[],
): Promise<SignedParts> {
  const { key, uploadId, plan } = claims;
  const { integrity } = deps.store;
  const signer = signerOf(deps, claims.route);
  if (parts.some(({ checksum }) => algorithmOfPart(checksum) !== integrity)) {
    throw new WaybillError(
      "INVALID_INPUT",
      `The store takes the ${integrity} of each part, and nothing else.`,
    );
  }
  const { expiresIn, overwrite } = collectionNamed(deps.collections, claims.collection);
  const policy = expiresIn.upload;
  if (uploadId !== undefined) return signer.signParts({ key, uploadId, plan, integrity, parts, policy });
  if (parts.some(({ partNumber }) => partNumber !== 1)) {
    throw new WaybillError("INVALID_INPUT", "This upload has one part only.");
  }
  const { fileName, contentType, metadata } = claims;
  const put = { key, fileName, contentType, metadata, sizeBytes: plan.sizeBytes, overwrite };
  return signer.signPut({ put, integrity, checksum: parts[0]?.checksum, policy });
}
