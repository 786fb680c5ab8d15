import { uriEncodeKey, verifyDoorRequest, type DoorPublicKey, type DoorRequest } from "@waybill/core";
import type {
  CloudFrontHeaders,
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontRequestResult,
} from "aws-lambda";
import { errorXml } from "../door/error-xml.ts";

/** The path pattern of the distribution's behaviour for uploads. */
const PREFIX = "/up/";

/** What a function may read and not change, so that it has to be left as it is. */
const READ_ONLY = ["cdn-loop", "content-length", "host", "transfer-encoding", "via"];

/** What S3 needs to say to a browser whether a page may have its answer. */
const OF_PAGES = ["origin", "access-control-request-headers", "access-control-request-method"];

export type EdgeHandler = (event: CloudFrontRequestEvent) => Promise<CloudFrontRequestResult>;

/**
 * The door of the route cloudfront, as a viewer-request function of Lambda@Edge: it lets through what a grant is for, to
 * the object's own path, and nothing else. CloudFront signs what comes by, so whatever is not granted must end here:
 * every other method, and each header and query parameter that S3 would give a meaning.
 */
export function createEdgeHandler(deps: {
  publicKeys: () => Promise<readonly DoorPublicKey[]>;
  now: () => Date;
}): EdgeHandler {
  return async ({ Records: [record] }) => {
    if (record === undefined) throw new Error("An event of CloudFront's has one record.");
    const { request } = record.cf;
    if (isPreflight(request)) return passOn(request, { uri: "/", querystring: "", granted: [] });
    const asked = readRequest(request);
    if (asked === undefined) return refusal(403, "AccessDenied", "The request has no grant for this.");
    if (asked.headers["content-length"] === undefined)
      return refusal(411, "MissingContentLength", "The length of the body must be told.");
    const publicKeys = await deps.publicKeys();
    const verdict = await verifyDoorRequest(asked, { route: "cloudfront", publicKeys, now: deps.now() });
    if (!verdict.ok) return refusal(403, "AccessDenied", verdict.message);
    const { key, query, headers } = verdict.grant;
    return passOn(request, {
      uri: `/${uriEncodeKey(key)}`,
      querystring: Object.entries(query)
        .map((parameter) => parameter.map(encodeURIComponent).join("="))
        .join("&"),
      granted: Object.keys(headers),
    });
  };
}

/** Without a grant, as browsers send it: S3 answers by the bucket's rules, which say nothing of an object. */
function isPreflight({ method, headers }: CloudFrontRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** Undefined where there can be no grant: it is no upload, or its key is not spelled as in a grant, or a name comes twice. */
function readRequest({ method, uri, querystring, headers }: CloudFrontRequest): DoorRequest | undefined {
  const key = keyOf(uri);
  const parameters = [...new URLSearchParams(querystring)];
  const query = Object.fromEntries(parameters);
  if (method !== "PUT" || key === undefined || Object.keys(query).length !== parameters.length)
    return undefined;
  const joined = Object.entries(headers).map(([name, values]) => [
    name,
    values.map(({ value }) => value).join(","),
  ]);
  return { method, key, query, headers: Object.fromEntries(joined) };
}

function keyOf(uri: string): string | undefined {
  const text = uri.startsWith(PREFIX) ? uri.slice(PREFIX.length) : "";
  try {
    const key = decodeURIComponent(text);
    return key !== "" && uriEncodeKey(key) === text ? key : undefined;
  } catch {
    return undefined; // an escape of no UTF-8
  }
}

function passOn(
  request: CloudFrontRequest,
  { uri, querystring, granted }: { uri: string; querystring: string; granted: readonly string[] },
): CloudFrontRequest {
  const names = [...READ_ONLY, ...OF_PAGES, ...granted];
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => names.includes(name)),
  );
  return { ...request, uri, querystring, headers };
}

/** As S3 says it, so that clients understand. */
function refusal(status: number, code: string, message: string): CloudFrontRequestResult {
  const headers: CloudFrontHeaders = {
    "cache-control": [{ value: "no-store" }],
    "content-type": [{ value: "application/xml" }],
  };
  return { status: String(status), headers, body: errorXml(code, message) };
}
