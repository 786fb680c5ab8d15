import { CHUNKED_HEADERS } from "./body/chunked-body.ts";
import type { S3Operation, S3Request } from "./operation.ts";
import { abortMultipartUpload } from "./operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createBucket } from "./operations/create-bucket.ts";
import { createMultipartUpload } from "./operations/create-multipart-upload.ts";
import { deleteBucketCors } from "./operations/delete-bucket-cors.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { deleteObjects } from "./operations/delete-objects.ts";
import { getBucketCors } from "./operations/get-bucket-cors.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { listBuckets } from "./operations/list-buckets.ts";
import { listMultipartUploads } from "./operations/list-multipart-uploads.ts";
import { listObjectsV2 } from "./operations/list-objects-v2.ts";
import { listParts } from "./operations/list-parts.ts";
import { putBucketCors } from "./operations/put-bucket-cors.ts";
import { putObject } from "./operations/put-object.ts";
import { uploadPart } from "./operations/upload-part.ts";
import { S3Error } from "./s3-error.ts";

type Target = "service" | "bucket" | "object";

interface Route {
  method: string;
  target: Target;
  /** Query parameters that must be there for this operation to be meant. */
  selectors: readonly string[];
  /** A header that must be there, too. */
  header?: string;
  operation: S3Operation;
}

const ROUTES: readonly Route[] = [
  { method: "GET", target: "service", selectors: [], operation: listBuckets },
  { method: "PUT", target: "bucket", selectors: [], operation: createBucket },
  { method: "HEAD", target: "bucket", selectors: [], operation: headBucket },
  { method: "PUT", target: "bucket", selectors: ["cors"], operation: putBucketCors },
  { method: "GET", target: "bucket", selectors: ["cors"], operation: getBucketCors },
  { method: "DELETE", target: "bucket", selectors: ["cors"], operation: deleteBucketCors },
  { method: "POST", target: "bucket", selectors: ["delete"], operation: deleteObjects },
  { method: "GET", target: "bucket", selectors: ["list-type"], operation: listObjectsV2 },
  { method: "GET", target: "bucket", selectors: ["uploads"], operation: listMultipartUploads },
  { method: "PUT", target: "object", selectors: [], operation: putObject },
  { method: "PUT", target: "object", selectors: [], header: "x-amz-copy-source", operation: copyObject },
  { method: "GET", target: "object", selectors: [], operation: getObject },
  { method: "HEAD", target: "object", selectors: [], operation: headObject },
  { method: "DELETE", target: "object", selectors: [], operation: deleteObject },
  { method: "POST", target: "object", selectors: ["uploads"], operation: createMultipartUpload },
  { method: "PUT", target: "object", selectors: ["partNumber", "uploadId"], operation: uploadPart },
  { method: "GET", target: "object", selectors: ["uploadId"], operation: listParts },
  { method: "POST", target: "object", selectors: ["uploadId"], operation: completeMultipartUpload },
  { method: "DELETE", target: "object", selectors: ["uploadId"], operation: abortMultipartUpload },
];

const METHODS: readonly string[] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

/**
 * Which operation a request means. Whatever is not understood in full is refused: a stand-in that
 * ignores `?acl` would answer a question that nobody asked.
 *
 * @throws {S3Error} `NotImplemented`, `MethodNotAllowed`
 */
export function detectOperation(
  request: Pick<S3Request, "method" | "bucket" | "key" | "query" | "headers" | "payload">,
): S3Operation {
  const { method, query } = request;
  const target = targetOf(request);
  if (!METHODS.includes(method)) {
    throw new S3Error("MethodNotAllowed", {
      details: { Method: method, ResourceType: target.toUpperCase() },
    });
  }
  const [route] = ROUTES.filter(
    (candidate) =>
      candidate.method === method &&
      candidate.target === target &&
      candidate.selectors.every((name) => query.has(name)) &&
      (candidate.header === undefined || request.headers.has(candidate.header)),
  ).toSorted((a, b) => countDemands(b) - countDemands(a));
  if (route === undefined) throw notImplemented(`${method} of a ${target} in this form`);
  checkParameters(query, [...route.selectors, ...(route.operation.parameters ?? [])]);
  checkHeaders(request.headers, [...(route.operation.headers ?? []), ...chunkedHeaders(request, route)]);
  return route.operation;
}

function countDemands({ selectors, header }: Route): number {
  return selectors.length + (header === undefined ? 0 : 1);
}

function targetOf({ bucket, key }: Pick<S3Request, "bucket" | "key">): Target {
  if (key !== "") return "object";
  return bucket === "" ? "service" : "bucket";
}

/** S3 ignores parameters that begin with `x-`: authentication, and what clients add for their logs. */
function checkParameters(query: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name) && !/^x-/i.test(name)) throw notImplemented(`query parameter ${name}`);
  }
}

function chunkedHeaders({ payload }: Pick<S3Request, "payload">, { operation }: Route): readonly string[] {
  if (payload.kind !== "chunked") return [];
  if (operation.takesChunks === undefined) throw notImplemented(`chunked payload of ${operation.name}`);
  return CHUNKED_HEADERS;
}

/** What every operation understands. */
const COMMON_HEADERS: readonly string[] = [
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-user-agent",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-crc32",
  "x-amz-checksum-crc32c",
  "x-amz-checksum-crc64nvme",
  "x-amz-checksum-sha1",
  "x-amz-checksum-sha256",
];

function checkHeaders(headers: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const [name, value] of headers) {
    if (!name.startsWith("x-amz-")) continue;
    const isKnown = [...COMMON_HEADERS, ...known].some((pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    );
    const isOtherClass = name === "x-amz-storage-class" && value !== "STANDARD";
    if (!isKnown || isOtherClass) throw notImplemented(`header ${name}`, { Header: name });
  }
}

function notImplemented(what: string, details: Record<string, string> = {}): S3Error {
  return new S3Error("NotImplemented", {
    message: `This stand-in does not implement what you asked for: ${what}.`,
    details,
    logNote: what,
  });
}
