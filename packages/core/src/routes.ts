import { MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_SINGLE_PUT_BYTES, MIN_PART_BYTES } from "./s3-limits.ts";
import type { Route, RouteChoice } from "./schemas/route.ts";
import { WaybillError } from "./waybill-error.ts";

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

/**
 * The ways along which bytes can travel, and what each can do. The planner, the schemas, the
 * command line and the documentation all read this table.
 */
export const ROUTES = {
  presigned: {
    upload: true,
    download: true,
    maxObjectBytes: MAX_OBJECT_BYTES,
    maxBodyBytes: MAX_SINGLE_PUT_BYTES,
    parts: { minBytes: MIN_PART_BYTES, maxBytes: MAX_PART_BYTES },
  },
} as const satisfies Record<Route, RouteCapabilities>;

/**
 * The route that a choice comes to: the same on the client, which plans ahead, and on the server.
 *
 * @param offered - the best first
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`
 */
export function chooseRoute(
  choice: RouteChoice,
  offered: readonly [Route, ...Route[]] = ["presigned"],
): Route {
  if (choice === "auto") return offered[0];
  if (offered.includes(choice)) return choice;
  throw new WaybillError(
    "ROUTE_UNAVAILABLE",
    `${choice} is not offered here: there is ${offered.join(", ")}.`,
  );
}
