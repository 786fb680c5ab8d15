import { WaybillError } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/**
 * A call that shows the upload's token. One that has expired, or was signed with a key that the API
 * knows no more, is replaced: the upload is still ours.
 */
export async function callWithToken<Body, T>(
  run: UploadRun<Body>,
  session: UploadSession,
  call: (token: string) => Promise<T>,
): Promise<T> {
  const { signal, patience } = run;
  const callNow = () => callApi(run.deps, { signal, patience }, () => call(session.token));
  try {
    return await callNow();
  } catch (error) {
    if (!isTokenError(error) || !(await renewToken(run, session))) throw error;
    return await callNow();
  }
}

function isTokenError(error: unknown): boolean {
  return error instanceof WaybillError && (error.code === "TOKEN_INVALID" || error.code === "TOKEN_EXPIRED");
}

/** @returns false when the upload is not open, so that there is nothing to have a token for */
async function renewToken<Body>(run: UploadRun<Body>, session: UploadSession): Promise<boolean> {
  const { deps, signal, patience } = run;
  const { key, uploadId, plan, route } = session;
  if (uploadId === undefined) {
    // What was sent is there, and its checksum says whether it is what was sent.
    session.object = await callApi(deps, { signal, patience }, () =>
      deps.api.objects.head.query({ key }, { signal }),
    );
    return false;
  }
  const { sizeBytes, partSizeBytes } = plan;
  const resumed = await callApi(deps, { signal, patience }, () =>
    deps.api.uploads.resume.mutate({ key, uploadId, sizeBytes, partSizeBytes, route }, { signal }),
  );
  if (resumed.state === "completed") session.object = resumed.object;
  if (resumed.state !== "open") return false;
  session.token = resumed.token;
  return true;
}
