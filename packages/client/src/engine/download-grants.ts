import { WaybillError, type Route, type RouteChoice, type StoredObject } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createGrantKeeper, type GrantKeeper } from "./grant-keeper.ts";
import { createPatience } from "./patience.ts";

/** Permission to read one version of an object. */
export interface DownloadGrants {
  object: StoredObject;
  route: Route;
  /** For one run: it ends with the signal. */
  keeper(signal: AbortSignal): GrantKeeper;
}

/** @throws {WaybillError} `OBJECT_NOT_FOUND`, `ROUTE_UNAVAILABLE` */
export type OpenGrants = (signal: AbortSignal) => Promise<DownloadGrants>;

export function grantsFor(
  deps: EngineDeps,
  { key, route }: { key: string; route: RouteChoice | undefined },
): OpenGrants {
  const grant = (signal: AbortSignal, limitMs: number, along = route) => {
    const patience = createPatience(deps, { signal, limitMs });
    const input = { key, route: along };
    return callApi(deps, { signal, patience }, () => deps.api.downloads.create.mutate(input, { signal }));
  };
  return async (signal) => {
    const first = await grant(signal, 0);
    const { object } = first;
    if (first.route === "credentials") {
      const { signDownload } = await import("./sign-locally.ts"); // what a route needs is loaded when it is taken
      return { object, route: first.route, keeper: () => signDownload(deps, object, callApi) };
    }
    const regrant = async (within: AbortSignal) => {
      const again = await grant(within, deps.patienceMs, first.route);
      if (again.route === "credentials") throw new WaybillError("ROUTE_UNAVAILABLE");
      return again;
    };
    return {
      object,
      route: first.route,
      keeper: (within) => createGrantKeeper(first, () => regrant(within)),
    };
  };
}
