import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { expirationHeader } from "../lifecycle/due-headers.ts";
import { toResponseHeaders } from "../object-headers.ts";
import { readSegments } from "../object-store/read-segments.ts";
import type { StoredObject } from "../object-store/object-version.ts";
import type { S3Call, S3Operation, S3Request, S3Response } from "../operation.ts";
import { findSelection, type Selection } from "../find-selection.ts";
import { isNotModified } from "../read-conditions.ts";
import { requireObject, type VersionAddress, versionAddressOf } from "../require-found.ts";
import { parseResponseOverrides, RESPONSE_OVERRIDES } from "../response-overrides.ts";
import { S3Error } from "../s3-error.ts";
import { storageClassHeader } from "../storage-class.ts";
import { taggingAction } from "../tagging/require-tagged.ts";
import { versionHeader } from "../versions/version-headers.ts";
import { namedVersionId } from "../versions/versioning-status.ts";

const PARAMETERS: readonly string[] = [...RESPONSE_OVERRIDES, "partNumber", "versionId"];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: S3Operation = {
  name: "GetObject",
  actions: readActions,
  parameters: PARAMETERS,
  headers: ["x-amz-checksum-mode"],
  async run(call) {
    const { response, object, selection } = describeObject(call);
    if (selection === undefined) return response;
    const { blobs } = call.store;
    const segments = call.store.segments.ofObject(object.id);
    // From here on, whoever replaces or deletes the object leaves this reader its bytes.
    const release = blobs.lease(segments.map(({ blobId }) => blobId));
    return { ...response, body: readSegments({ blobs, segments, ...selection.range }), release };
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: S3Operation = {
  name: "HeadObject",
  actions: readActions,
  parameters: PARAMETERS,
  headers: ["x-amz-checksum-mode"],
  run: async (call) => describeObject(call).response,
};

function readActions({ query }: S3Request): string[] {
  return [query.has("versionId") ? "s3:GetObjectVersion" : "s3:GetObject"];
}

/** Status and headers, which are the same for both. Without a `selection` there are no bytes to send. */
function describeObject(call: S3Call): {
  response: S3Response;
  object: StoredObject;
  selection: Selection | undefined;
} {
  const { request, store, clock } = call;
  const address = versionAddressOf(request);
  const object = requireObject(call, address);
  const headers = {
    ...toResponseHeaders(object.headers),
    ...parseResponseOverrides(request.query, call.caller),
    ...ENCRYPTION_HEADERS,
    ...storageClassHeader(object.storageClass),
    ...tagCountHeader(call, address, object),
    ...versionHeader(namedVersionId(store, object)),
    ...(address.versionId === undefined ? expirationHeader(store, object) : {}),
    etag: object.eTag,
    "last-modified": object.lastModified.toUTCString(),
    "accept-ranges": "bytes",
  };
  if (isNotModified(request.headers, { object, now: clock() })) {
    return { response: { status: 304, headers }, object, selection: undefined };
  }
  const selection = findSelection(call, object);
  const { start, end } = selection.range;
  return {
    response: {
      status: selection.isPartial ? 206 : 200,
      headers: {
        ...headers,
        ...selection.headers,
        "content-length": String(end - start),
        ...(selection.isPartial ? { "content-range": `bytes ${start}-${end - 1}/${object.sizeBytes}` } : {}),
      },
    },
    object,
    selection,
  };
}

/** Only who may read the tags is told how many there are. */
function tagCountHeader(
  { authorize }: S3Call,
  address: VersionAddress,
  { tags }: StoredObject,
): Record<string, string> {
  if (tags.length === 0) return {};
  try {
    authorize(taggingAction("Get", address.versionId), address);
  } catch (error) {
    if (error instanceof S3Error && error.code === "AccessDenied") return {};
    throw error;
  }
  return { "x-amz-tagging-count": String(tags.length) };
}
