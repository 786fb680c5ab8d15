import type { Transfer, TransferEvent, UploadResult } from "@waybill/client/browser";
import type { WaybillError, WaybillErrorCode } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import { isFinished, type Obstacle, type Upload, type UploadEvent } from "../state/upload-queue.ts";

/**
 * Makes true what the queue decided: an upload that is running in the state is sent, one that is held
 * is paused, and one that is neither any more is cancelled. What is tried again begins only when its cancelled
 * attempt has let go of it: until then the journal would not take it.
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
  const attempts = new Map<string, Attempt>(); // by the upload's id
  let latest: readonly Upload[] = [];

  async function follow({ id, attempt }: Upload, transfer: Transfer<UploadResult>): Promise<void> {
    transfer.subscribe((event) => {
      const news = newsOf(event);
      if (news !== undefined) dispatch({ ...news, id, attempt });
    });
    try {
      const result = await transfer.result;
      const { route, routeReason: reason } = result;
      dispatch({ type: "routed", id, attempt, way: { route, reason } });
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
    attempts.set(upload.id, { number: upload.attempt, transfer, isEnding: false });
    void follow(upload, transfer);
  }

  async function end(id: string, attempt: Attempt): Promise<void> {
    if (attempt.isEnding) return;
    attempt.isEnding = true;
    await attempt.transfer.cancel(); // without effect on one that has ended
    attempts.delete(id);
    run(latest);
  }

  function run(uploads: readonly Upload[]): void {
    latest = uploads;
    const unfinished = new Map(uploads.filter((it) => !isFinished(it)).map((it) => [it.id, it]));
    for (const [id, attempt] of attempts)
      if (unfinished.get(id)?.attempt !== attempt.number) void end(id, attempt);
    for (const [id, upload] of unfinished) {
      const attempt = attempts.get(id);
      const isRunning = upload.status.state === "running";
      if (attempt?.isEnding) continue;
      if (!isRunning) attempt?.transfer.pause();
      else if (attempt === undefined) begin(upload);
      else attempt.transfer.resume();
    }
  }

  return run;
}

interface Attempt {
  number: number;
  transfer: Transfer<UploadResult>;
  isEnding: boolean;
}

function newsOf(event: TransferEvent) {
  if (event.type === "state" && event.state.phase === "moving" && event.state.way !== undefined) {
    const { route, routeReason: reason } = event.state.way;
    return { type: "routed", way: { route, reason } } as const;
  }
  if (event.type === "progress") return { type: "progressed", progress: event.progress } as const;
  if (event.type === "waiting") return { type: "hindered", obstacle: obstacleOf(event.error) } as const;
  return undefined;
}

function obstacleOf({ code }: WaybillError): Obstacle {
  if (code === "TOO_MANY_REQUESTS") return "turn";
  return NETWORK_CODES.has(code) ? "network" : "store";
}

const NETWORK_CODES: ReadonlySet<WaybillErrorCode> = new Set([
  "STORAGE_UNREACHABLE",
  "API_UNREACHABLE",
  "STALLED",
]);
