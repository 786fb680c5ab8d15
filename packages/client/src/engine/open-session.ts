import { WaybillError, type ResumeUploadOutput, type SavedUpload } from "@waybill/core";
import { beginSession } from "./begin-session.ts";
import { callApi } from "./call-api.ts";
import { loadAbort } from "./load-abort.ts";
import { publishedSession } from "./published-session.ts";
import type { UploadRun } from "./upload-run.ts";
import { openedSession, type UploadSession } from "./upload-session.ts";

/** Go on with what was left, where there is something; else begin. */
export async function openSession<Body>(run: UploadRun<Body>): Promise<UploadSession> {
  const { entry, options } = run;
  const saved = options.resumeFrom ?? entry?.saved;
  if (saved === undefined) return beginSession(run);
  if (isOf(saved, run)) {
    const resumed = await resumeSaved(run, saved);
    if (resumed !== undefined) {
      await entry?.save(saved, { ...run.source, folder: options.folder });
      return resumed;
    }
  } else if (options.onChangedSource === "refuse") {
    throw new WaybillError("SOURCE_CHANGED", "The file has changed since its upload was begun.");
  } else {
    await (await loadAbort())?.abortOnServer(run.deps, saved); // nobody will go on with it
  }
  return beginSession(run);
}

/** Whether it was begun with the source as it is now. */
function isOf<Body>({ plan, modifiedAtMs }: SavedUpload, { source }: UploadRun<Body>): boolean {
  return plan.sizeBytes === source.sizeBytes && modifiedAtMs === source.modifiedAtMs;
}

/** @returns undefined when there is nothing to go on with: it was aborted, or what was published is another object */
async function resumeSaved<Body>(
  run: UploadRun<Body>,
  { key, uploadId, plan }: SavedUpload,
): Promise<UploadSession | undefined> {
  const { deps, signal, asking, options } = run;
  const { sizeBytes, partSizeBytes } = plan;
  const resumed = await callApi(deps, { signal, patience: asking }, () =>
    deps.api.uploads.resume.mutate(
      { key, uploadId, sizeBytes, partSizeBytes, route: options.route },
      { signal },
    ),
  ).catch((error: unknown): ResumeUploadOutput => {
    // Somebody else is logged in now.
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return { state: "gone" };
    throw error;
  });
  if (resumed.state === "gone") return undefined;
  if (resumed.state === "open") return openedSession({ key, uploadId }, resumed);
  return publishedSession(run, { key, uploadId, plan, object: resumed.object });
}
