import { MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_SINGLE_PUT_BYTES, MIN_PART_BYTES } from "./s3-limits.ts";
import type { Route, RouteChoice } from "./schemas/route.ts";

interface RouteCapabilities {
  upload: boolean;
  download: boolean;
  /** Largest object in bytes. */
  maxObjectBytes: number;
  /** Largest body of one request in bytes. */
  maxBodyBytes: number;
  /** Undefined: the route carries single requests only. */
  parts: { minBytes: number; maxBytes: number } | undefined;
}

/** What the store itself takes. */
const STORE = {
  maxObjectBytes: MAX_OBJECT_BYTES,
  maxBodyBytes: MAX_SINGLE_PUT_BYTES,
  parts: { minBytes: MIN_PART_BYTES, maxBytes: MAX_PART_BYTES },
};

/**
 * The ways along which bytes can travel, and what each can do. The planner, the schemas, the
 * command line and the documentation all read this table.
 */
export const ROUTES = {
  /** Straight to the store, each request signed by the API. */
  presigned: { upload: true, download: true, ...STORE },
  /** Straight to the store, each request signed by the client with temporary credentials. */
  credentials: { upload: true, download: true, ...STORE },
} as const satisfies Record<Route, RouteCapabilities>;

/** The route that a client plans with; the server says in the end which it is. */
export function chooseRoute(choice: RouteChoice): Route {
  return choice === "auto" ? "presigned" : choice;
}
