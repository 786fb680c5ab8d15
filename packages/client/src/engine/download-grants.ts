import type { CreateDownloadOutput } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createGrantKeeper, type GrantKeeper } from "./grant-keeper.ts";
import { createPatience } from "./patience.ts";

/** Permission to read one version of an object. */
export interface DownloadGrants {
  object: CreateDownloadOutput["object"];
  /** For one run: it ends with the signal. */
  keeper(signal: AbortSignal): GrantKeeper;
}

/** @throws {WaybillError} `OBJECT_NOT_FOUND` */
export type OpenGrants = (signal: AbortSignal) => Promise<DownloadGrants>;

export function grantsFor(deps: EngineDeps, key: string): OpenGrants {
  const grant = (signal: AbortSignal, limitMs: number) => {
    const patience = createPatience(deps, { signal, limitMs });
    return callApi(deps, { signal, patience }, () => deps.api.downloads.create.mutate({ key }, { signal }));
  };
  return async (signal) => {
    const first = await grant(signal, 0);
    return {
      object: first.object,
      keeper: (within) => createGrantKeeper(first, () => grant(within, deps.patienceMs)),
    };
  };
}
