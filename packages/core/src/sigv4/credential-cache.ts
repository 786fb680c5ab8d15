import { WaybillError } from "../waybill-error.ts";
import type { Credentials } from "./credentials.ts";

/** Credentials that end, and say when. */
export interface TemporaryCredentials extends Credentials {
  sessionToken: string;
  expiration: Date;
}

/** With less than this left they are not handed out while new ones can be had. */
const USABLE_MS = 60_000;
/** After a failure, how long nobody asks again as long as the old ones still serve. */
const RETRY_PAUSE_MS = 10_000;

/**
 * Keep temporary credentials fresh. From the middle of their life on new ones are fetched, so that a grant
 * signed with them can always live for half of it; nobody waits for that as long as the old ones serve. At
 * no time are two fetches under way.
 *
 * @param options.load - fetches new ones, such as by STS AssumeRole
 * @returns never ones that have ended; rejects as `load` does when there are no others, and with {WaybillError}
 *   `STORAGE_DENIED` when new ones have ended before they came
 */
export function createCredentialCache(options: {
  load: () => Promise<TemporaryCredentials>;
  now: () => Date;
}): () => Promise<TemporaryCredentials> {
  const nowMs = (): number => options.now().getTime();
  let current: { credentials: TemporaryCredentials; renewAtMs: number; endMs: number } | undefined;
  let loading: Promise<TemporaryCredentials> | undefined;
  let retryAtMs = Number.NEGATIVE_INFINITY;

  const load = async (): Promise<TemporaryCredentials> => {
    try {
      const startedAtMs = nowMs();
      const credentials = await options.load();
      const endMs = credentials.expiration.getTime();
      if (endMs <= nowMs())
        throw new WaybillError("STORAGE_DENIED", "New credentials have ended already: is the clock right?");
      current = { credentials, renewAtMs: (startedAtMs + endMs) / 2, endMs };
      return credentials;
    } catch (error) {
      retryAtMs = nowMs() + RETRY_PAUSE_MS;
      throw error;
    }
  };
  const refresh = (): Promise<TemporaryCredentials> =>
    (loading ??= load().finally(() => {
      loading = undefined;
    }));

  return async () => {
    if (current !== undefined && nowMs() < current.renewAtMs) return current.credentials;
    if (current === undefined || nowMs() > current.endMs - USABLE_MS) return refresh();
    // Whoever needs new ones, should this fail, will ask again and be told.
    if (nowMs() >= retryAtMs) refresh().catch(() => {});
    return current.credentials;
  };
}
