import { type Checksum, checksumHeader } from "./checksums/checksum-algorithm.ts";
import { parsePartNumber } from "./multipart/parse-part-number.ts";
import type { StoredObject } from "./object-store/object-version.ts";
import type { S3Call } from "./operation.ts";
import { type ByteRange, parseRange } from "./parse-range.ts";
import { isRangeCurrent } from "./read-conditions.ts";
import { S3Error } from "./s3-error.ts";

/** Which bytes of an object an answer to GET or HEAD is about. */
export interface Selection {
  range: ByteRange;
  /** Whether to answer with a range, even if that is all of the object. */
  isPartial: boolean;
  /** What belongs to just these bytes: their checksum, and how many parts there are. */
  headers: Record<string, string>;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws {S3Error} `InvalidRange`, `InvalidPartNumber`, `InvalidArgument`, `InvalidRequest`
 */
export function findSelection(call: S3Call, object: StoredObject): Selection {
  const { headers, query } = call.request;
  const rangeHeader = headers.get("range");
  if (query.has("partNumber")) {
    if (rangeHeader === undefined) return findPart(call, object);
    throw new S3Error("InvalidRequest", {
      message: "Cannot specify both Range header and partNumber query parameter",
    });
  }
  const isAsked = rangeHeader !== undefined && isRangeCurrent(headers, object);
  const range = isAsked ? parseRange(rangeHeader, object.sizeBytes) : undefined;
  return selectRange(call, object, range);
}

function findPart(call: S3Call, object: StoredObject): Selection {
  const partNumber = parsePartNumber(call.request.query);
  if (object.multipart === undefined) {
    if (partNumber > 1) throw noSuchPart(partNumber, 1); // what came in one piece has one part
    return selectRange(call, object, { start: 0, end: object.sizeBytes });
  }
  const count = call.store.objectParts.count(object.id);
  const part = call.store.objectParts.find(object.id, partNumber);
  if (part === undefined) throw noSuchPart(partNumber, count);
  const { start, sizeBytes, checksumValue } = part;
  const selection = selectRange(call, object, { start, end: start + sizeBytes });
  // A composite checksum is made of those of the parts, so each of them has its own.
  const hasOwnChecksum = object.checksum.type === "COMPOSITE";
  const ownChecksum = checksumValue === undefined ? undefined : { ...object.checksum, value: checksumValue };
  const checksum = hasOwnChecksum ? checksumHeaders(call, ownChecksum) : selection.headers;
  return { ...selection, headers: { ...checksum, "x-amz-mp-parts-count": String(count) } };
}

function selectRange(call: S3Call, object: StoredObject, asked: ByteRange | undefined): Selection {
  const range = asked ?? { start: 0, end: object.sizeBytes };
  const sizeBytes = range.end - range.start;
  return {
    range,
    isPartial: asked !== undefined && sizeBytes > 0, // no header could tell of a range of nothing
    // The checksum of the whole object comes with all of its bytes, even if a range names them.
    headers: checksumHeaders(call, sizeBytes === object.sizeBytes ? object.checksum : undefined),
  };
}

function checksumHeaders({ request }: S3Call, checksum: Checksum | undefined): Record<string, string> {
  const isWanted = request.headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED";
  if (!isWanted || checksum === undefined) return {};
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    "x-amz-checksum-type": checksum.type,
  };
}

function noSuchPart(partNumber: number, count: number): S3Error {
  return new S3Error("InvalidPartNumber", {
    details: { PartNumberRequested: String(partNumber), ActualPartCount: String(count) },
  });
}
