import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import {
  signRequest,
  verifyDoorRequest,
  type DoorGrant,
  type DoorPublicKey,
  type SignedRequest,
} from "@waybill/core";
import type { ApiDeps } from "@waybill/api";
import { errorXml } from "./error-xml.ts";
import type { DoorRequestWithBody } from "./read-door-event.ts";

/** What the door that is the API itself needs. */
export interface DoorDeps extends Pick<ApiDeps, "address" | "region" | "credentials" | "now"> {
  publicKeys: () => Promise<readonly DoorPublicKey[]>;
}

export interface DoorAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The store's body, not read yet; or what we say ourselves. */
  body: IncomingMessage | string;
}

/** What of the store's answer its reader needs; the rest is between the store and us. */
const PASSED_ON = [
  "accept-ranges",
  "content-disposition",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
  "retry-after",
  "x-amz-checksum-crc64nvme",
];

/** What others have stored comes from the API's own origin here: a browser is not to take it for the API's. */
const HARMLESS = { "content-security-policy": "sandbox", "x-content-type-options": "nosniff" };

/**
 * Pass a request on to the store, when it carries a grant for exactly that: what is granted, and nothing else, is signed
 * and sent. The answer is the store's own, its errors too.
 *
 * @param options.maxBytes - that an answer may have
 * @param options.signal - to give up in time
 */
export async function passOn(
  deps: DoorDeps,
  { body, ...request }: DoorRequestWithBody,
  options: { maxBytes: number; signal: AbortSignal },
): Promise<DoorAnswer> {
  const publicKeys = await deps.publicKeys();
  const verdict = await verifyDoorRequest(request, { route: "lambda", publicKeys, now: deps.now() });
  if (!verdict.ok) return refusal(403, "AccessDenied", verdict.message);
  const { grant } = verdict;
  if (body.length !== grant.sizeBytes) {
    const said = `The body has ${body.length} bytes, and ${grant.sizeBytes} were granted.`;
    return refusal(403, "AccessDenied", said);
  }
  let answer: IncomingMessage;
  try {
    answer = await send(await toStore(deps, grant), body, options.signal);
  } catch {
    // Neither what was asked for nor why it failed is for its caller's eyes; that it may be tried again is.
    return refusal(503, "ServiceUnavailable", "The store cannot be reached.");
  }
  if (Number(answer.headers["content-length"] ?? 0) <= options.maxBytes)
    return { status: answer.statusCode ?? 502, headers: passedOn(answer), body: answer };
  answer.destroy();
  return refusal(400, "EntityTooLarge", `This way brings at most ${options.maxBytes} bytes at once.`);
}

async function toStore(
  { address, region, credentials, now }: DoorDeps,
  { method, key, query, headers }: DoorGrant,
): Promise<SignedRequest> {
  return signRequest({
    method,
    origin: address.origin,
    path: `${address.pathPrefix}/${key}`,
    query: { ...query },
    headers: { ...headers },
    payload: "UNSIGNED-PAYLOAD",
    credentials: await credentials(),
    region,
    signedAt: now(),
  });
}

/** By node:http, as fetch would unpack what was stored packed. */
function send(
  { method, url, headers }: SignedRequest,
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? requestSecure : requestPlain;
    const length = method === "PUT" ? { "content-length": body.length } : {};
    request(url, { method, headers: { ...headers, ...length }, signal }, resolve)
      .on("error", reject)
      .end(body);
  });
}

function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const known = PASSED_ON.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(known), ...HARMLESS };
}

export function refusal(status: number, code: string, message: string): DoorAnswer {
  return { status, headers: { "content-type": "application/xml" }, body: errorXml(code, message) };
}
