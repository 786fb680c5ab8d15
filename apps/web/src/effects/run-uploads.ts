import type { Transfer, TransferEvent, UploadResult } from "@waybill/client/browser";
import type { WaybillError, WaybillErrorCode } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import { isFinished, type Obstacle, type Upload, type UploadEvent } from "../state/upload-queue.ts";

/**
 * Makes true what the queue decided: an upload that is running in the state is sent, one that is held
 * is paused, and one that is neither any more is cancelled.
 *
 * @param options.start - its result resolves only when the store holds the file
 * @param options.onStored - a file arrived, cancelled too late or not
 * @returns to be called with every new state
 */
export function createUploadRunner(options: {
  start: (upload: Upload) => Transfer<UploadResult>;
  dispatch: (event: UploadEvent) => void;
  onStored: (result: UploadResult) => void;
}): (uploads: readonly Upload[]) => void {
  const { start, dispatch, onStored } = options;
  const transfers = new Map<string, Transfer<UploadResult>>();

  async function follow({ id, attempt }: Upload, transfer: Transfer<UploadResult>): Promise<void> {
    transfer.subscribe((event) => {
      const news = newsOf(event);
      if (news !== undefined) dispatch({ ...news, id, attempt });
    });
    try {
      const result = await transfer.result;
      dispatch({ type: "stored", id, attempt, checksum: result.checksum });
      onStored(result);
    } catch (error) {
      // Cancelled by us: nothing to report.
      if (transfer.state.phase !== "cancelled")
        dispatch({ type: "failed", id, attempt, message: errorSentence(error) });
    }
  }

  function begin(upload: Upload): void {
    const transfer = start(upload);
    transfers.set(attemptOf(upload), transfer);
    void follow(upload, transfer);
  }

  return (uploads) => {
    const wanted = new Map(uploads.filter((it) => !isFinished(it)).map((it) => [attemptOf(it), it]));
    for (const [attempt, transfer] of transfers) {
      if (wanted.has(attempt)) continue;
      transfers.delete(attempt);
      void transfer.cancel(); // without effect on one that has ended
    }
    for (const [attempt, upload] of wanted) {
      const transfer = transfers.get(attempt);
      const isRunning = upload.status.state === "running";
      if (!isRunning) transfer?.pause();
      else if (transfer === undefined) begin(upload);
      else transfer.resume();
    }
  };
}

function newsOf(event: TransferEvent) {
  if (event.type === "progress") return { type: "progressed", progress: event.progress } as const;
  if (event.type === "waiting") return { type: "hindered", obstacle: obstacleOf(event.error) } as const;
  return undefined;
}

function obstacleOf({ code }: WaybillError): Obstacle {
  return NETWORK_CODES.has(code) ? "network" : "store";
}

const NETWORK_CODES: ReadonlySet<WaybillErrorCode> = new Set([
  "STORAGE_UNREACHABLE",
  "API_UNREACHABLE",
  "STALLED",
]);

function attemptOf({ id, attempt }: Upload): string {
  return `${id}/${attempt}`;
}
