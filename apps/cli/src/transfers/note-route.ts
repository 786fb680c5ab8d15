import { FIRST_ROUTE_REASON, type Route, type RouteChoice } from "@waybill/core";
import type { Terminal } from "../terminal.ts";

/** Says why `auto` has taken another route than the best. */
export function noteRoute(
  terminal: Terminal,
  { route, routeReason }: { route: Route; routeReason?: string | undefined },
  asked: RouteChoice,
): void {
  if (asked !== "auto" || routeReason === undefined || routeReason === FIRST_ROUTE_REASON) return;
  terminal.note(`Why ${route}: ${routeReason}`);
}
