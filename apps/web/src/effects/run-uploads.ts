import type { UploadOptions, UploadResult } from "@waybill/client/browser";
import { WaybillError } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import type { Upload, UploadEvent } from "../state/upload-queue.ts";

/**
 * Makes true what the queue decided: an upload that is running in the state is sent, and one that is
 * running no more is aborted.
 *
 * @param options.upload - resolves only when the store holds the file
 * @param options.onStored - a file arrived, cancelled too late or not
 * @returns to be called with every new state
 */
export function createUploadRunner(options: {
  upload: (file: File, options: UploadOptions) => Promise<UploadResult>;
  dispatch: (event: UploadEvent) => void;
  onStored: (result: UploadResult) => void;
}): (uploads: readonly Upload[]) => void {
  const { upload, dispatch, onStored } = options;
  const running = new Map<string, AbortController>();

  async function run({ id, file, attempt }: Upload, signal: AbortSignal): Promise<void> {
    try {
      const result = await upload(file, {
        signal,
        onProgress: (progress) => dispatch({ type: "progressed", id, attempt, progress }),
      });
      dispatch({ type: "stored", id, attempt, checksum: result.checksum.value });
      onStored(result);
    } catch (error) {
      // Cancelled by us: nothing to report.
      if (!signal.aborted) dispatch({ type: "failed", id, attempt, message: errorSentence(error) });
    }
  }

  return (uploads) => {
    const wanted = new Map(
      uploads.filter(({ status }) => status.state === "running").map((it) => [attemptOf(it), it]),
    );
    for (const [attempt, controller] of running) {
      if (wanted.has(attempt)) continue;
      running.delete(attempt);
      controller.abort(new WaybillError("ABORTED")); // without effect on one that has ended
    }
    for (const [attempt, it] of wanted) {
      if (running.has(attempt)) continue;
      const controller = new AbortController();
      running.set(attempt, controller);
      void run(it, controller.signal);
    }
  };
}

function attemptOf({ id, attempt }: Upload): string {
  return `${id}/${attempt}`;
}
