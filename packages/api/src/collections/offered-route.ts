import { ROUTES, WaybillError, type Route, type RouteChoice } from "@waybill/core";
import type { ApiDeps } from "../context.ts";
import { ownPlace, type Place } from "../policy.ts";
import type { Principal } from "../principal.ts";
import type { Collection } from "./collection.ts";

/**
 * The route that an upload takes: `auto` is the first of the collection's that can.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`
 */
export function uploadRoute({ vending }: ApiDeps, collection: Collection, choice: RouteChoice): Route {
  return offered(
    collection,
    choice,
    (route) => ROUTES[route].upload && (route !== "credentials" || vending !== undefined),
  );
}

/**
 * The same of a download. Credentials are for one's own objects: what others have shown leaves on other routes.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`
 */
export function downloadRoute(
  { collections, vending }: ApiDeps,
  { collection, owner }: Place,
  principal: Principal | undefined,
  choice: RouteChoice,
): Route {
  const isOwn = principal !== undefined && ownPlace(collections, principal, collection.name).owner === owner;
  return offered(
    collection,
    choice,
    (route) => ROUTES[route].download && (route !== "credentials" || (vending !== undefined && isOwn)),
  );
}

function offered(
  { name, routes }: Collection,
  choice: RouteChoice,
  isOpen: (route: Route) => boolean,
): Route {
  const open = routes.filter(isOpen);
  const route = choice === "auto" ? open[0] : open.find((candidate) => candidate === choice);
  if (route !== undefined) return route;
  const others = open.length === 0 ? "" : `, but ${open.join(", ")}`;
  throw new WaybillError(
    "ROUTE_UNAVAILABLE",
    `${name} does not offer ${choice === "auto" ? "any route" : choice} for this${others}.`,
  );
}
