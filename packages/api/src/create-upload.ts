import {
  chooseRoute,
  planUpload,
  WaybillError,
  type CreateUploadInput,
  type CreateUploadOutput,
} from "@waybill/core";
import { abortMultipartUpload, createMultipartUpload } from "@waybill/core/s3";
import type * as z from "zod/mini";
import { assertFits } from "./collections.ts";
import type { ApiDeps } from "./context.ts";
import { keyOfUpload } from "./key-of-upload.ts";
import type { Principal } from "./principal.ts";
import { signUploadParts } from "./sign-upload-parts.ts";
import type { UploadClaims } from "./upload-token.ts";

/**
 * Check, choose key and plan, begin the upload, and sign its first parts: everything that the first
 * byte waits for, in one round trip.
 */
export async function createUpload(
  deps: ApiDeps,
  principal: Principal,
  input: z.output<typeof CreateUploadInput>,
): Promise<CreateUploadOutput> {
  const { fileName, contentType, metadata, sizeBytes, partSizeBytes, partChecksums } = input;
  assertFits(input.collection, sizeBytes);
  const route = chooseRoute(input.route);
  const plan = planUpload({ sizeBytes, route, partSizeBytes });
  if (partChecksums.length > plan.partCount) {
    throw new WaybillError(
      "INVALID_INPUT",
      `${partChecksums.length} checksums came for ${plan.partCount} parts.`,
    );
  }
  const key = keyOfUpload(principal, input, deps.now());
  const uploadId =
    plan.kind === "multipart"
      ? await createMultipartUpload(deps.store, { key, fileName, contentType, metadata })
      : undefined;
  const claims: UploadClaims = {
    sub: principal.id,
    key,
    uploadId,
    collection: input.collection,
    fileName,
    contentType,
    metadata: plan.kind === "multipart" ? {} : metadata, // the store has them already
    route,
    plan,
  };
  const parts = partChecksums.map((checksum, index) => ({ partNumber: index + 1, checksum }));
  try {
    const signing = signUploadParts(deps, claims, parts);
    const [token, signed] = await Promise.all([deps.tokens.issue(claims), signing]);
    return { token, key, route, plan, parts: signed, ...(uploadId === undefined ? {} : { uploadId }) };
  } catch (error) {
    // Nobody would ever know of it.
    if (uploadId !== undefined) await abortMultipartUpload(deps.store, { key, uploadId });
    throw error;
  }
}
