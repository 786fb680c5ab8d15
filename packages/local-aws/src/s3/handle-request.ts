import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultInjection } from "../faults/create-faults.ts";
import { ACCOUNT_ID } from "../identity/account.ts";
import type { Identities } from "../identity/create-identities.ts";
import { createPolicyCache } from "../identity/policy-cache.ts";
import type { RequestHandler } from "../loopback-server.ts";
import type { MessageQueues } from "../sqs/message-queues.ts";
import { createAuthorize } from "./access/create-authorize.ts";
import { requirePolicyForPublic } from "./access/require-policy-for-public.ts";
import { withDecodedBody } from "./body/chunked-body.ts";
import { readBody } from "./body/read-body.ts";
import { type RequestBody, toRequestBody } from "./body/request-body.ts";
import {
  type ChecksumSupport,
  withoutChecksumHeaders,
  withoutChecksums,
} from "./checksums/checksum-support.ts";
import { toCorsHeaders, toPreflightHeaders } from "./cors/cors-response.ts";
import type { CorsRule } from "./cors/cors-rule.ts";
import { parseCorsXml } from "./cors/cors-xml.ts";
import { detectOperation } from "./detect-operation.ts";
import { withHoistedHeaders } from "./hoisted-headers.ts";
import { createNotify } from "./notifications/create-notify.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { S3Operation, S3Request, S3Response } from "./operation.ts";
import { isFormUpload, receiveForm } from "./post-object/receive-form.ts";
import { toHeaderMap } from "./request-headers.ts";
import { createRequestIds, type RequestIds } from "./request-ids.ts";
import { parseRequestTarget } from "./request-target.ts";
import { requireBucket } from "./require-found.ts";
import { type Address, resolveAddress } from "./resolve-address.ts";
import { S3Error, type S3ErrorCode } from "./s3-error.ts";
import { sendResponse } from "./send-response.ts";
import { type Authentication, authenticate } from "./sigv4/authenticate.ts";
import type { SignedMessage } from "./sigv4/signed-message.ts";
import { parseTaggingHeader } from "./tagging/tagging-header.ts";
import { errorXml } from "./xml/error-xml.ts";

export interface S3ServiceOptions {
  store: ObjectStore;
  identities: Identities;
  region: string;
  clock: () => Date;
  faults: Pick<FaultInjection, "run">;
  queues: MessageQueues;
  checksums: ChecksumSupport;
  log: (line: string) => void;
}

interface S3Service extends S3ServiceOptions {
  readPolicy: ReturnType<typeof createPolicyCache>;
}

interface Exchange {
  message: IncomingMessage;
  response: ServerResponse;
  body: RequestBody;
  ids: RequestIds;
}

interface Received {
  signed: SignedMessage;
  address: Address;
  host: string;
  exchange: Exchange;
}

interface BelievedRequest extends Received, Pick<Authentication, "caller" | "signature"> {
  request: S3Request;
  operation: S3Operation;
  now: Date;
}

/** Bodies of operations that have none; S3 reads over them. */
const MAX_IGNORED_BYTES = 64 * 1024;

export function createS3Handler(options: S3ServiceOptions): RequestHandler {
  const service: S3Service = { ...options, readPolicy: createPolicyCache() };
  return async (message, response, sendContinue) => {
    const ids = createRequestIds();
    const body = toRequestBody(message, sendContinue);
    const answer = await answerRequest(service, { message, response, body, ids });
    const headers = { ...commonHeaders(ids), ...answer.headers };
    await sendResponse({ message, response, body }, { ...answer, headers }).catch(() => response.destroy());
  };
}

/** The whole answer, as raw text, to what the HTTP parser refused. */
export function toBadRequest(error: Error): string {
  const refusal = new S3Error(toParserRefusal("code" in error ? error.code : undefined));
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

function toParserRefusal(code: unknown): S3ErrorCode {
  if (code === "HPE_HEADER_OVERFLOW") return "RequestHeaderSectionTooLarge";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "RequestTimeout"; // of headers that do not end
  return "BadRequest";
}

async function answerRequest(service: S3Service, exchange: Exchange): Promise<S3Response> {
  const { message, ids } = exchange;
  let corsHeaders: Record<string, string> = {};
  try {
    const signed: SignedMessage = {
      method: message.method ?? "",
      ...parseRequestTarget(message.url ?? ""),
      headers: toHeaderMap(message.rawHeaders),
    };
    const host = signed.headers.get("host") ?? "";
    const address = resolveAddress({ host, rawPath: signed.rawPath });
    const rules = signed.headers.has("origin") ? findCorsRules(service.store, address.bucket) : undefined;
    if (signed.method === "OPTIONS") return answerPreflight(signed, address, rules);
    corsHeaders = toCorsHeaders(signed, rules ?? []);
    const answer = await run(service, { signed, address, host, exchange });
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

async function run(service: S3Service, received: Received): Promise<S3Response> {
  const { signed, address, host, exchange } = received;
  const now = service.clock();
  if (isFormUpload(signed, address)) {
    const form = await receiveForm({ ...received, body: exchange.body }, { ...service, now });
    return runOperation(service, { ...received, ...form, now }).finally(form.release);
  }
  const { caller, signature, payload } = authenticate(signed, { ...service, now });
  const request: S3Request = {
    ...address,
    method: signed.method,
    host,
    rawPath: signed.rawPath,
    query: new Map(signed.queryParameters.toReversed()), // of a repeated one the first counts
    headers: signature?.form === "query" ? withHoistedHeaders(signed) : signed.headers,
    payload,
    body: exchange.body,
  };
  if (caller.kind === "anonymous") requirePolicyForPublic(service.store, address);
  const operation = detectOperation(request);
  return runOperation(service, { ...received, caller, signature, request, operation, now });
}

async function runOperation(service: S3Service, call: BelievedRequest): Promise<S3Response> {
  const { signed, exchange, caller, signature, request, operation, now } = call;
  // That a bucket is not there is told to everybody, since nobody's policy could say otherwise.
  if (request.bucket !== "" && operation.name !== "CreateBucket") requireBucket(service.store, request);
  const authorize = createAuthorize({
    ...service,
    caller,
    address: request,
    facts: {
      ...request,
      ...service,
      operation: operation.name,
      headers: new Map([...signed.headers, ...request.headers]), // a form's own are in its fields
      sentHeaders: signed.headers,
      signature,
      sourceIp: exchange.message.socket.remoteAddress,
      now,
    },
    headerTags: parseTaggingHeader(request.headers.get("x-amz-tagging") ?? ""),
  });
  for (const action of operation.actions(request)) authorize(action, request);
  const notify = createNotify({
    ...service,
    operation: operation.name,
    source: {
      ...exchange.ids,
      caller,
      sourceIp: exchange.message.socket.remoteAddress ?? "",
      region: service.region,
      accountId: ACCOUNT_ID,
    },
  });
  const { payload } = request;
  if (operation.takesBody === undefined) {
    await readBody({ ...request, maxBytes: MAX_IGNORED_BYTES });
  }
  const decoded = payload.kind === "chunked" ? withDecodedBody(request, payload) : request;
  return service.faults.run({
    operation: operation.name,
    request: decoded,
    hasSession: caller.kind !== "anonymous" && caller.session !== undefined,
    exchange,
    async run(faulty) {
      const headers = withoutChecksumHeaders(faulty.headers, service.checksums);
      const understood = { ...faulty, headers };
      const rest = { ids: exchange.ids, caller, authorize, notify };
      return withoutChecksums(
        await operation.run({ ...service, ...rest, request: understood }),
        service.checksums,
      );
    },
  });
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
