import { chooseRoute, WaybillError, type Load, type Route, type RouteChoice } from "@waybill/core";
import type { RouteSigner } from "@waybill/core/s3";
import type { ApiDeps } from "../context.ts";
import { ownPlace, type Place } from "../policy.ts";
import type { Principal } from "../principal.ts";
import type { Collection } from "./collection.ts";

/** What the way of a load depends on. */
export interface Wish {
  choice: RouteChoice;
  /** That have failed its asker. */
  avoid: readonly Route[];
}

/**
 * The route that an upload takes: `auto` is the first of the collection's that this deployment has and that carries it.
 *
 * @returns and why, for people
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`, `TOO_LARGE`
 */
export function uploadRoute(
  deps: ApiDeps,
  collection: Collection,
  { choice, avoid, ...upload }: Wish & Omit<Extract<Load, { direction: "upload" }>, "direction">,
): { route: Route; reason: string } {
  const load: Load = { direction: "upload", ...upload };
  const offered = openRoutes(deps, collection).filter((route) => !isAvoided(route, avoid));
  return afterFailure(avoid, chooseRoute({ choice, offered, load }));
}

/**
 * The same of a download. Credentials are for one's own objects: what others have shown leaves on other routes.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE`
 */
export function downloadRoute(
  deps: ApiDeps,
  { collection, owner }: Place,
  principal: Principal | undefined,
  { choice, avoid, key }: Wish & { key: string },
): { route: Route; reason: string } {
  const isOwn =
    principal !== undefined && ownPlace(deps.collections, principal, collection.name).owner === owner;
  const offered = openRoutes(deps, collection).filter(
    (route) => !isAvoided(route, avoid) && (route !== "credentials" || isOwn),
  );
  return afterFailure(avoid, chooseRoute({ choice, offered, load: { direction: "download", key } }));
}

function afterFailure(avoid: readonly Route[], { route, reason }: { route: Route; reason: string }) {
  if (avoid.length === 0) return { route, reason };
  const failed = [...new Set(avoid)].join(", ");
  return { route, reason: `What was tried before failed: ${failed}. Of the others: ${reason}` };
}

/** Two of them take the same way, so that what fails on one fails on the other. */
const STRAIGHT: readonly Route[] = ["presigned", "credentials"];

function isAvoided(route: Route, avoid: readonly Route[]): boolean {
  return (STRAIGHT.includes(route) ? STRAIGHT : [route]).some((same) => avoid.includes(same));
}

/** Those of a collection that this deployment has, the best first. */
export function openRoutes(deps: ApiDeps, { routes }: Collection): Route[] {
  return routes.filter((route) => isOpen(deps, route));
}

function isOpen({ vending, doors, store }: ApiDeps, route: Route): boolean {
  if (route === "presigned") return true;
  if (route === "apigateway" && store.integrity === "MD5") return false; // it drops Content-MD5
  return route === "credentials" ? vending !== undefined : doors[route] !== undefined;
}

/**
 * Who signs for a route. Of `credentials` the client does; who asks us all the same gets what goes the same way.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE` for one that this deployment has no more
 */
export function signerOf({ signer, doors }: ApiDeps, route: Route): RouteSigner {
  const chosen = route === "presigned" || route === "credentials" ? signer : doors[route];
  if (chosen === undefined) throw new WaybillError("ROUTE_UNAVAILABLE");
  return chosen;
}
