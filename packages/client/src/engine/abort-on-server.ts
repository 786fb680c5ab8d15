import { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { UploadName } from "./upload-run.ts";

/** Nobody waits longer than that for what is swept later anyway. */
const ABORT_MS = 10_000;

/** As well as it can: what is left behind is swept later, and the first error is what counts. */
export async function abortOnServer(
  deps: EngineDeps,
  { key, uploadId }: { key: string; uploadId: string | undefined },
): Promise<void> {
  if (uploadId === undefined) return;
  const signal = AbortSignal.timeout(ABORT_MS);
  const abort = () => deps.api.uploads.abort.mutate({ key, uploadId }, { signal });
  await callApi(deps, { signal }, abort).catch(() => undefined);
}

/** The same for what may have been begun though nobody was told. */
export async function abortByName(deps: EngineDeps, name: UploadName): Promise<void> {
  const signal = AbortSignal.timeout(ABORT_MS);
  const find = () => deps.api.uploads.find.mutate(name, { signal });
  const found = await callApi(deps, { signal }, find).catch(() => undefined);
  for (const uploadId of found?.uploadIds ?? [])
    await abortOnServer(deps, { key: found?.key ?? "", uploadId });
}
