import type { DoorPublicKey } from "./door-key.ts";
import { CONTENT_TYPE, doorText, PARAMETERS, type DoorRequest, type DoorRoute } from "./door-request.ts";

/** What may be passed on to the store, and nothing else. */
export interface DoorGrant extends DoorRequest {
  method: "GET" | "PUT";
  /** Of the body, in bytes; 0 for a GET. */
  sizeBytes: number;
}

export type DoorVerdict =
  | { ok: true; grant: DoorGrant }
  /** Why not, for the caller's eyes. */
  | { ok: false; message: string };

const NO_GRANT = "The request has no grant for this.";

/** A reader may say which bytes, and of which version: what it reads is granted anyway. */
const OF_ANY_READER = [
  "range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
];

/**
 * Hold a request against the grant that it carries. What was not granted is not passed on; where S3 would give it a
 * meaning (`x-amz-*`, any query parameter) the request is refused, so that nobody believes it did something.
 *
 * A door that is told the length of the body compares it here; one that is not (`content-length` is absent) must count.
 *
 * @param options.route - which door this is: a grant opens one
 */
export async function verifyDoorRequest(
  request: DoorRequest,
  options: { route: DoorRoute; publicKeys: readonly DoorPublicKey[]; now: Date },
): Promise<DoorVerdict> {
  const { [PARAMETERS.signature]: signatureText = "", ...query } = request.query;
  const granted = grantedHeaders(request, query[PARAMETERS.headers] ?? "");
  const signature = bytesOf(signatureText);
  const key = options.publicKeys.find(({ keyId }) => keyId === query[PARAMETERS.keyId]);
  const method = request.method;
  if (granted === undefined || signature === undefined || key === undefined) return refused(NO_GRANT);
  if (method !== "GET" && method !== "PUT") return refused(NO_GRANT);
  const text = doorText(options.route, { ...request, query, headers: granted });
  if (!(await key.verify(text, signature))) return refused(NO_GRANT);
  // From here on it is ours, so that what the grant says can be relied on, and told.
  if (Number(query[PARAMETERS.expires]) * 1000 <= options.now.getTime())
    return refused("Request has expired");
  const stray = Object.keys(request.headers).find(
    (name) => name.startsWith("x-amz-") && !Object.hasOwn(granted, name),
  );
  if (stray !== undefined) return refused(`${stray} was not granted.`);
  const sizeBytes = Number(query[PARAMETERS.length] ?? 0);
  const sent = request.headers["content-length"];
  if (method === "PUT" && sent !== undefined && sent !== String(sizeBytes))
    return refused(`The body has ${sent} bytes, and ${sizeBytes} were granted.`);
  return {
    ok: true,
    grant: {
      method,
      key: request.key,
      query: Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith("waybill-"))),
      headers: { ...(method === "GET" ? pick(request.headers, OF_ANY_READER) : {}), ...toStore(granted) },
      sizeBytes,
    },
  };
}

function refused(message: string): DoorVerdict {
  return { ok: false, message };
}

/** As the store has to be told. */
function toStore({
  [CONTENT_TYPE]: contentType,
  ...headers
}: Record<string, string>): Record<string, string> {
  return contentType === undefined ? headers : { ...headers, "content-type": contentType };
}

/** Undefined where one of them is missing. */
function grantedHeaders({ headers }: DoorRequest, names: string): Record<string, string> | undefined {
  const list = names === "" ? [] : names.split(";");
  const granted = pick(headers, list);
  return Object.keys(granted).length === list.length ? granted : undefined;
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(from, name) ? [[name, from[name] ?? ""]] : [])),
  );
}

/** Undefined for all but the one way in which a signature is written. */
function bytesOf(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]{85}[AQgw]$/.test(base64url)) return undefined; // the last one has two bits
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
