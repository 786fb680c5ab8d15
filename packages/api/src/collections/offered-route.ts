import { WaybillError, type Route, type RouteChoice } from "@waybill/core";
import type { Collection } from "./collection.ts";

/**
 * The route that a choice comes to in a collection: `auto` is the first that it offers.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`
 */
export function offeredRoute({ name, routes }: Collection, choice: RouteChoice): Route {
  if (choice === "auto") return routes[0];
  if (routes.includes(choice)) return choice;
  throw new WaybillError("ROUTE_UNAVAILABLE", `${name} does not offer ${choice}, but ${routes.join(", ")}.`);
}
