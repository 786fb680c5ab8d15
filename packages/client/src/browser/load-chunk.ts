import { WaybillError } from "@waybill/core";

/**
 * Load a part of this client that bundlers put into a file of its own; once, unless it does not come.
 *
 * @param load - `() => import("./part.ts")`
 * @returns throws `API_UNREACHABLE` when it cannot be loaded
 */
export function chunkLoader<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw new WaybillError("API_UNREACHABLE", "A part of this page could not be loaded.", { cause: error });
    });
    return loading;
  };
}
