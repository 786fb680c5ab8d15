import { checksumHeader } from "../checksums/checksum-algorithm.ts";
import { toResponseHeaders } from "../object-headers.ts";
import { readSegments } from "../object-store/read-segments.ts";
import type { StoredObject } from "../object-store/object-table.ts";
import type { S3Call, S3Operation, S3Request, S3Response } from "../operation.ts";
import { type ByteRange, parseRange } from "../parse-range.ts";
import { isNotModified, isRangeCurrent } from "../read-conditions.ts";
import { requireObject } from "../require-found.ts";
import { parseResponseOverrides, RESPONSE_OVERRIDES } from "../response-overrides.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: S3Operation = {
  name: "GetObject",
  actions: () => ["s3:GetObject"],
  parameters: RESPONSE_OVERRIDES,
  headers: ["x-amz-checksum-mode"],
  async run(call) {
    const { response, object, range } = describeObject(call);
    if (range === undefined) return response;
    const { blobs } = call.store;
    const segments = call.store.objects.segments(object.id);
    // From here on, whoever replaces or deletes the object leaves this reader its bytes.
    const release = blobs.lease(segments.map(({ blobId }) => blobId));
    return { ...response, body: readSegments({ blobs, segments, ...range }), release };
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: S3Operation = {
  name: "HeadObject",
  actions: () => ["s3:GetObject"],
  parameters: RESPONSE_OVERRIDES,
  headers: ["x-amz-checksum-mode"],
  run: async (call) => describeObject(call).response,
};

/** Status and headers, which are the same for both. Without a `range` there are no bytes to send. */
function describeObject({ request, store }: S3Call): {
  response: S3Response;
  object: StoredObject;
  range: ByteRange | undefined;
} {
  const object = requireObject(store, request);
  const overrides = parseResponseOverrides(request.query);
  const headers = {
    ...toResponseHeaders(object.headers),
    ...overrides,
    etag: object.eTag,
    "last-modified": object.lastModified.toUTCString(),
    "accept-ranges": "bytes",
  };
  if (isNotModified(request.headers, object)) {
    return { response: { status: 304, headers }, object, range: undefined };
  }
  const whole = { start: 0, end: object.sizeBytes };
  const asked = parseAskedRange(request, object);
  const range = asked ?? whole;
  return {
    response: {
      status: asked === undefined ? 200 : 206,
      headers: {
        ...headers,
        "content-length": String(range.end - range.start),
        ...(asked === undefined
          ? checksumHeaders(request, object)
          : { "content-range": `bytes ${asked.start}-${asked.end - 1}/${object.sizeBytes}` }),
      },
    },
    object,
    range,
  };
}

function parseAskedRange(request: S3Request, object: StoredObject): ByteRange | undefined {
  const header = request.headers.get("range");
  if (header === undefined || !isRangeCurrent(request.headers, object)) return undefined;
  return parseRange(header, object.sizeBytes);
}

/** A checksum speaks of the whole object, so a part of it comes without. */
function checksumHeaders(request: S3Request, { checksum }: StoredObject): Record<string, string> {
  if (request.headers.get("x-amz-checksum-mode")?.toUpperCase() !== "ENABLED") return {};
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    "x-amz-checksum-type": checksum.type,
  };
}
