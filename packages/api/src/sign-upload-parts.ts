import { WaybillError, type SignedParts } from "@waybill/core";
import { collectionNamed } from "./collections/define-collections.ts";
import type { ApiDeps } from "./context.ts";
import type { UploadClaims } from "./upload-token.ts";

/** Sign the requests for some parts of an upload, each for its length and its checksum. */
export async function signUploadParts(
  { signer, collections }: ApiDeps,
  claims: UploadClaims,
  parts: readonly { partNumber: number; checksum: string }[],
): Promise<SignedParts> {
  const { key, uploadId, plan } = claims;
  const { expiresIn, overwrite } = collectionNamed(collections, claims.collection);
  const policy = expiresIn.upload;
  if (uploadId !== undefined) return signer.signParts({ key, uploadId, plan, parts, policy });
  if (parts.some(({ partNumber }) => partNumber !== 1)) {
    throw new WaybillError("INVALID_INPUT", "This upload has one part only.");
  }
  const { fileName, contentType, metadata } = claims;
  const put = { key, fileName, contentType, metadata, sizeBytes: plan.sizeBytes, overwrite };
  return signer.signPut({ put, checksum: parts[0]?.checksum, policy });
}
