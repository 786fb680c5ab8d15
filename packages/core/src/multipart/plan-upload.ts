import { ROUTES } from "../routes.ts";
import type { Route } from "../schemas/route.ts";
import { MAX_PART_COUNT, MiB } from "../s3-limits.ts";
import { SINGLE_PUT_LIMIT_BYTES } from "./single-put-limit.ts";
import { WaybillError } from "../waybill-error.ts";

export interface UploadPlan {
  /** `single`: one PUT of the whole object. `multipart`: S3's multipart upload. */
  kind: "single" | "multipart";
  sizeBytes: number;
  /** Size of every part but the last, which may be smaller. */
  partSizeBytes: number;
  /** At least 1: an empty object is one empty part. */
  partCount: number;
}

export interface PartRange {
  partNumber: number; // 1-based, as S3 counts
  start: number; // byte offset, inclusive
  end: number; // byte offset, exclusive
}

const DEFAULT_PART_BYTES = 8 * MiB;

/**
 * Decide how an object is cut into requests. Client and server compute the same plan from the same
 * input, so that the first part checksums can travel in the request that asks for the grant.
 *
 * @param options.sizeBytes - 0 to what the route carries
 * @param options.partSizeBytes - asked-for part size; raised where the object would need more than
 *   10,000 parts, and then a whole number of MiB
 * @throws {WaybillError} `INVALID_SIZE` when the size is no whole number of bytes; `TOO_LARGE` when
 *   the route cannot carry the object; `INVALID_INPUT` when the part size is outside the route's range
 */
export function planUpload(options: {
  sizeBytes: number;
  route: Route;
  partSizeBytes?: number | undefined;
}): UploadPlan {
  const { sizeBytes, route } = options;
  const { maxObjectBytes, maxBodyBytes, parts } = ROUTES[route].upload;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new WaybillError("INVALID_SIZE", `${sizeBytes} is not a number of bytes.`);
  }
  if (sizeBytes > maxObjectBytes) {
    throw new WaybillError(
      "TOO_LARGE",
      `${route} carries at most ${maxObjectBytes} bytes, and this is ${sizeBytes}.` +
        (route === "presigned" ? "" : " Take presigned."),
    );
  }
  const asked = parts && options.partSizeBytes; // a route without parts has no use for their size
  if (parts !== undefined && asked !== undefined && !(asked >= parts.minBytes && asked <= parts.maxBytes)) {
    throw new WaybillError(
      "INVALID_INPUT",
      `${route} takes parts of ${parts.minBytes} to ${parts.maxBytes} bytes.`,
    );
  }
  if (sizeBytes <= Math.min(asked ?? SINGLE_PUT_LIMIT_BYTES, maxBodyBytes)) {
    return { kind: "single", sizeBytes, partSizeBytes: sizeBytes, partCount: 1 };
  }
  const needed = Math.ceil(sizeBytes / MAX_PART_COUNT / MiB) * MiB;
  const partSizeBytes = Math.max(asked ?? DEFAULT_PART_BYTES, needed);
  return { kind: "multipart", sizeBytes, partSizeBytes, partCount: Math.ceil(sizeBytes / partSizeBytes) };
}

/**
 * The bytes of one part.
 *
 * @param partNumber - 1 to `plan.partCount`
 * @throws {WaybillError} `INVALID_INPUT` for any other part number
 */
export function partRange(plan: UploadPlan, partNumber: number): PartRange {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > plan.partCount) {
    throw new WaybillError("INVALID_INPUT", `Part ${partNumber} is not one of ${plan.partCount} parts.`);
  }
  const start = (partNumber - 1) * plan.partSizeBytes;
  return { partNumber, start, end: Math.min(start + plan.partSizeBytes, plan.sizeBytes) };
}
