import { WaybillError, type Route, type RouteChoice, type StoredObject } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createGrantKeeper, type GrantKeeper } from "./grant-keeper.ts";
import { createPatience } from "./patience.ts";

/** Permission to read one version of an object. */
export interface DownloadGrants {
  object: StoredObject;
  /** Another one after a detour. */
  route: Route;
  routeReason: string;
  /** For one run: it ends with the signal. */
  keeper(signal: AbortSignal): GrantKeeper;
}

/** @throws {WaybillError} `OBJECT_NOT_FOUND`, `ROUTE_UNAVAILABLE` */
export type OpenGrants = (signal: AbortSignal) => Promise<DownloadGrants>;

export function grantsFor(
  deps: EngineDeps,
  { key, route }: { key: string; route: RouteChoice | undefined },
): OpenGrants {
  const patient = () => deps.patienceMs;
  const ask = (
    signal: AbortSignal,
    limitMs: () => number,
    wish: { route?: RouteChoice; avoid?: Route[] },
  ) => {
    const patience = createPatience(deps, { signal, limitMs });
    const input = { key, ...wish };
    return callApi(deps, { signal, patience }, () => deps.api.downloads.create.mutate(input, { signal }));
  };
  const askSigned = async (...asked: Parameters<typeof ask>) => {
    const grant = await ask(...asked);
    if (grant.route === "credentials") throw new WaybillError("ROUTE_UNAVAILABLE");
    return grant;
  };
  return async (signal) => {
    const first = await ask(
      signal,
      () => (deps.isKnown ? patient() : 0),
      route === undefined ? {} : { route },
    );
    const { object, routeReason } = first;
    if (first.route === "credentials") {
      const { signDownload } = await import("./sign-locally.ts"); // what a route needs is loaded when it is taken
      const keeper = (within: AbortSignal): GrantKeeper => {
        const signing = signDownload(deps, object, callApi);
        return {
          ...signing,
          async renew(refused) {
            const { object: now } = await ask(within, patient, { route: "credentials" });
            if (now.eTag !== object.eTag) throw new WaybillError("OBJECT_CHANGED");
            await signing.renew(refused);
          },
        };
      };
      return { object, route: first.route, routeReason, keeper };
    }
    const grants: DownloadGrants = {
      object,
      route: first.route,
      routeReason,
      keeper: (within) =>
        createGrantKeeper(first, {
          regrant: (same) => askSigned(within, patient, { route: same }),
          ...(route === undefined || route === "auto"
            ? {
                async detour(avoid) {
                  const grant = await askSigned(within, () => 0, { avoid: [...avoid, "credentials"] });
                  Object.assign(grants, { route: grant.route, routeReason: grant.routeReason });
                  return grant;
                },
              }
            : {}),
        }),
    };
    return grants;
  };
}
