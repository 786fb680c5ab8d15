import type { Route } from "../schemas/route.ts";
import { uriEncode, uriEncodeKey } from "../sigv4/uri-encode.ts";

/** The ways whose front door is ours, so that it is we who decide what comes through. */
export type DoorRoute = Exclude<Route, "presigned" | "credentials">;

/** A request as a door sees it. */
export interface DoorRequest {
  method: string;
  /** Of the object, decoded. */
  key: string;
  /** Decoded, each name once. */
  query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** The parameters that carry a grant. They are signed with the rest, but for the signature. */
export const PARAMETERS = {
  expires: "waybill-expires", // seconds since 1970
  keyId: "waybill-key-id",
  headers: "waybill-headers", // the names of those that are granted, with ; between
  length: "waybill-length", // of the body, in bytes
  signature: "waybill-signature",
} as const;

/** The type with which an object is to be stored, where `content-type` may not say it. */
export const CONTENT_TYPE = "waybill-content-type";

/**
 * The text that a grant for a door is the signature of. Each line holds what the next cannot be mistaken for: names
 * and values are percent-encoded but for those of headers, which have no line breaks.
 */
export function doorText(route: DoorRoute, request: DoorRequest): string {
  const headers = Object.entries(request.headers).toSorted(byName);
  return [
    "waybill-door-1",
    route,
    request.method,
    uriEncodeKey(request.key),
    queryText(request.query),
    ...headers.map(([name, value]) => `${name}:${value}`),
  ].join("\n");
}

/** In the order of names, as SigV4 has it. */
export function queryText(query: DoorRequest["query"]): string {
  return Object.entries(query)
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
