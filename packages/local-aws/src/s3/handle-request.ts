import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "../loopback-server.ts";
import { withDecodedBody } from "./body/chunked-body.ts";
import { readBody } from "./body/read-body.ts";
import { type RequestBody, toRequestBody } from "./body/request-body.ts";
import { toCorsHeaders, toPreflightHeaders } from "./cors/cors-response.ts";
import type { CorsRule } from "./cors/cors-rule.ts";
import { parseCorsXml } from "./cors/cors-xml.ts";
import { detectOperation } from "./detect-operation.ts";
import { withHoistedHeaders } from "./hoisted-headers.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { S3Call, S3Request, S3Response } from "./operation.ts";
import { toHeaderMap } from "./request-headers.ts";
import { parseRequestTarget } from "./request-target.ts";
import { type Address, resolveAddress } from "./resolve-address.ts";
import { S3Error } from "./s3-error.ts";
import { sendResponse } from "./send-response.ts";
import { authenticate, type Credentials } from "./sigv4/authenticate.ts";
import type { SignedMessage } from "./sigv4/signed-message.ts";
import { errorXml } from "./xml/error-xml.ts";

export interface S3Service {
  store: ObjectStore;
  credentials: Credentials;
  region: string;
  clock: () => Date;
  log: (line: string) => void;
}

interface RequestIds {
  requestId: string;
  hostId: string;
}

/** Bodies of operations that have none; S3 reads over them. */
const MAX_IGNORED_BYTES = 64 * 1024;

export function createS3Handler(service: S3Service): RequestHandler {
  return async (message, response, sendContinue) => {
    const ids = createRequestIds();
    const body = toRequestBody(message, sendContinue);
    const answer = await answerRequest(service, { message, body, ids });
    const headers = { ...commonHeaders(ids), ...answer.headers };
    await sendResponse({ message, response, body }, { ...answer, headers }).catch(() => response.destroy());
  };
}

/** The whole answer, as raw text, to what the HTTP parser refused. */
export function toBadRequest(error: Error): string {
  const isHeaderOverflow = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const refusal = new S3Error(isHeaderOverflow ? "RequestHeaderSectionTooLarge" : "BadRequest");
  const ids = createRequestIds();
  const xml = errorXml(refusal, { ...ids, resource: "/" });
  const headers = {
    ...commonHeaders(ids),
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(xml),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 400 Bad Request\r\n${lines.join("")}\r\n${xml}`;
}

async function answerRequest(
  service: S3Service,
  exchange: { message: IncomingMessage; body: RequestBody; ids: RequestIds },
): Promise<S3Response> {
  const { message, body, ids } = exchange;
  let corsHeaders: Record<string, string> = {};
  try {
    const signed: SignedMessage = {
      method: message.method ?? "",
      ...parseRequestTarget(message.url ?? ""),
      headers: toHeaderMap(message.rawHeaders),
    };
    const host = signed.headers.get("host") ?? "";
    const address = resolveAddress({ host, rawPath: signed.rawPath });
    const rules = findCorsRules(service.store, address.bucket);
    if (signed.method === "OPTIONS") return answerPreflight(signed, address, rules);
    corsHeaders = toCorsHeaders(signed, rules ?? []);
    const answer = await run(service, { signed, address, host, body });
    return { ...answer, headers: { ...corsHeaders, ...answer.headers } };
  } catch (error) {
    const refusal = error instanceof S3Error ? error : new S3Error("InternalError", { cause: error });
    service.log(toLogLine(message, refusal));
    const resource = message.url?.replace(/\?.*/s, "") ?? "";
    return {
      status: refusal.status,
      headers: { ...corsHeaders, ...refusal.headers },
      body: errorXml(refusal, { ...ids, resource }),
    };
  }
}

async function run(
  service: S3Service,
  received: { signed: SignedMessage; address: Address; host: string; body: RequestBody },
): Promise<S3Response> {
  const { signed, address, host, body } = received;
  const { form, payload } = authenticate(signed, { ...service, now: service.clock() });
  const request: S3Request = {
    ...address,
    method: signed.method,
    host,
    rawPath: signed.rawPath,
    query: new Map(signed.queryParameters.toReversed()), // of a repeated one the first counts
    headers: form === "query" ? withHoistedHeaders(signed) : signed.headers,
    payload,
    body,
  };
  const operation = detectOperation(request);
  const authorize: S3Call["authorize"] = () => {}; // there is one account, and it may do everything
  for (const action of operation.actions(request)) authorize(action, request);
  if (operation.takesBody === undefined) {
    await readBody({ ...request, maxBytes: MAX_IGNORED_BYTES });
  }
  const decoded = payload.kind === "chunked" ? withDecodedBody(request, payload) : request;
  return operation.run({ ...service, request: decoded, authorize });
}

function answerPreflight(
  { headers }: SignedMessage,
  address: Address,
  rules: readonly CorsRule[] | undefined,
): S3Response {
  const resourceType = address.key === "" ? "BUCKET" : "OBJECT";
  return { status: 200, headers: toPreflightHeaders(headers, { rules, resourceType }) };
}

function findCorsRules(store: ObjectStore, bucket: string): CorsRule[] | undefined {
  const corsXml = store.buckets.setting(bucket, "cors");
  return corsXml === undefined ? undefined : parseCorsXml(Buffer.from(corsXml));
}

function createRequestIds(): RequestIds {
  return {
    requestId: randomBytes(8).toString("hex").toUpperCase(),
    hostId: randomBytes(48).toString("base64"),
  };
}

function commonHeaders({ requestId, hostId }: RequestIds): Record<string, string> {
  return { server: "AmazonS3", "x-amz-request-id": requestId, "x-amz-id-2": hostId };
}

/** Without the query, which may hold a signature. */
function toLogLine(message: IncomingMessage, refusal: S3Error): string {
  const path = message.url?.replace(/\?.*/s, "") ?? "";
  const cause =
    refusal.code === "InternalError" && refusal.cause instanceof Error ? refusal.cause.message : "";
  const note = (refusal.logNote ?? cause).replaceAll(/\p{Cc}+/gu, " ");
  return `${refusal.status} ${refusal.code} ${message.method} ${path}${note && `: ${note}`}`;
}
