import {
  algorithmOfPart,
  planUpload,
  WaybillError,
  type CreateUploadInput,
  type CreateUploadOutput,
} from "@waybill/core";
import { abortMultipartUpload, createMultipartUpload } from "@waybill/core/s3";
import type * as z from "zod/mini";
import { checkUpload } from "./collections/check-upload.ts";
import { uploadRoute } from "./collections/offered-route.ts";
import type { ApiDeps } from "./context.ts";
import { keyOfUpload } from "./key-of-upload.ts";
import { assertPermitted, ownPlace } from "./policy.ts";
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
  const { fileName, contentType, sizeBytes, partSizeBytes, partChecksums } = input;
  const place = ownPlace(deps.collections, principal, input.collection);
  assertPermitted(principal, "create", place);
  const metadata = checkUpload(place.collection, input);
  const key = keyOfUpload(place, { ...input, metadata }, { principal, now: deps.now() });
  const { avoid, route: choice } = input;
  const hasMetadata = Object.keys(metadata).length > 0;
  const wish = { choice, avoid, key, sizeBytes, partSizeBytes, hasMetadata };
  const { route, reason: routeReason } = uploadRoute(deps, place.collection, wish);
  const plan = planUpload({ sizeBytes, route, partSizeBytes });
  if (partChecksums.length > plan.partCount) {
    throw new WaybillError(
      "INVALID_INPUT",
      `${partChecksums.length} checksums came for ${plan.partCount} parts.`,
    );
  }
  if (plan.kind === "multipart") await deps.limits.assertRoom(principal, { sizeBytes });
  const uploadId =
    plan.kind === "multipart"
      ? await createMultipartUpload(deps.store, { key, fileName, contentType, metadata, ...plan })
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
  const { integrity } = deps.store;
  // Who does not know yet which checksums this store takes, learns it from the answer.
  const usable = partChecksums.every((checksum) => algorithmOfPart(checksum) === integrity);
  const parts = (usable ? partChecksums : []).map((checksum, index) => ({ partNumber: index + 1, checksum }));
  try {
    const [token, signed] = await Promise.all([
      deps.tokens.issue(claims),
      signUploadParts(deps, claims, parts),
      deps.limits.beginUpload(principal, { sizeBytes, uploadId }),
    ]);
    // A store with MD5s alone answers with no checksum; and with a schema of its own for metadata, only the server
    // knows what is stored.
    const isAll =
      integrity === "CRC64NVME" &&
      place.collection.afterUpload === undefined &&
      place.collection.metadata === undefined;
    return {
      token,
      key,
      route,
      routeReason,
      plan,
      integrity,
      retentionDays: place.collection.retention?.days,
      parts: signed,
      mustComplete: uploadId !== undefined || !isAll,
      ...(uploadId === undefined ? {} : { uploadId }),
    };
  } catch (error) {
    // Nobody would ever know of it; or it is one more than there may be.
    if (uploadId !== undefined) await abortMultipartUpload(deps.store, { key, uploadId });
    throw error;
  }
}
