import type { Progress } from "@waybill/client/browser";

export const MAX_RUNNING_UPLOADS = 3; // each sends several parts at once

export type UploadStatus =
  | { state: "waiting" }
  | { state: "running"; progress: Progress | undefined }
  | { state: "stored"; checksum: string }
  | { state: "failed"; message: string }
  | { state: "cancelled" };

export interface Upload {
  id: string; // names do not tell files apart
  file: File;
  attempt: number; // from 1; news of an earlier attempt is no news
  status: UploadStatus;
}

export interface UploadQueue {
  /** Uploads begin only once the API is known; until then they wait. */
  open: boolean;
  /** In the order in which they were added. */
  uploads: readonly Upload[];
  /** Ids of those that wait, first come first served. */
  waiting: readonly string[];
}

export type UploadEvent =
  | { type: "opened" }
  | { type: "added"; files: readonly { id: string; file: File }[] }
  | { type: "progressed"; id: string; attempt: number; progress: Progress }
  | { type: "stored"; id: string; attempt: number; checksum: string }
  | { type: "failed"; id: string; attempt: number; message: string }
  | { type: "cancelled"; id: string }
  | { type: "retried"; id: string }
  | { type: "dismissed"; id: string }
  | { type: "finished-dismissed" };

export const initialUploadQueue: UploadQueue = { open: false, uploads: [], waiting: [] };

export function uploadQueue(queue: UploadQueue, event: UploadEvent): UploadQueue {
  return startWaiting(apply(queue, event));
}

/** Neither waiting nor running: nothing will happen to it by itself. */
export function isFinished({ status }: Upload): boolean {
  return status.state !== "waiting" && status.state !== "running";
}

/** Whether closing the page now would lose something. */
export function hasUnfinished({ uploads }: UploadQueue): boolean {
  return !uploads.every(isFinished);
}

function apply(queue: UploadQueue, event: UploadEvent): UploadQueue {
  switch (event.type) {
    case "opened":
      return { ...queue, open: true };
    case "added": {
      const added = event.files.map(({ id, file }): Upload => ({
        id,
        file,
        attempt: 1,
        status: { state: "waiting" },
      }));
      return {
        ...queue,
        uploads: [...queue.uploads, ...added],
        waiting: [...queue.waiting, ...added.map(({ id }) => id)],
      };
    }
    case "progressed":
      return change(queue, event, ["running"], { state: "running", progress: event.progress });
    case "stored":
      // A cancellation can come too late. Then the file is stored all the same, and that is what we say.
      return change(queue, event, ["running", "cancelled"], { state: "stored", checksum: event.checksum });
    case "failed":
      return change(queue, event, ["running"], { state: "failed", message: event.message });
    case "cancelled": {
      const waiting = queue.waiting.filter((id) => id !== event.id);
      return change({ ...queue, waiting }, event, ["waiting", "running"], { state: "cancelled" });
    }
    case "retried":
      return retry(queue, event.id);
    case "dismissed":
      return keep(queue, (upload) => upload.id !== event.id || !isFinished(upload));
    case "finished-dismissed":
      return keep(queue, (upload) => !isFinished(upload));
  }
}

function change(
  queue: UploadQueue,
  { id, attempt }: { id: string; attempt?: number },
  from: readonly UploadStatus["state"][],
  status: UploadStatus,
): UploadQueue {
  const concerns = (upload: Upload) =>
    upload.id === id &&
    (attempt === undefined || upload.attempt === attempt) &&
    from.includes(upload.status.state);
  if (!queue.uploads.some(concerns)) return queue;
  return {
    ...queue,
    uploads: queue.uploads.map((upload) => (concerns(upload) ? { ...upload, status } : upload)),
  };
}

function retry(queue: UploadQueue, id: string): UploadQueue {
  const again = queue.uploads.find((upload) => upload.id === id);
  if (again?.status.state !== "failed" && again?.status.state !== "cancelled") return queue;
  const waitingAgain: Upload = { ...again, attempt: again.attempt + 1, status: { state: "waiting" } };
  return {
    ...queue,
    uploads: queue.uploads.map((upload) => (upload === again ? waitingAgain : upload)),
    waiting: [...queue.waiting, id],
  };
}

function keep(queue: UploadQueue, stays: (upload: Upload) => boolean): UploadQueue {
  const uploads = queue.uploads.filter(stays);
  return uploads.length === queue.uploads.length ? queue : { ...queue, uploads };
}

function startWaiting(queue: UploadQueue): UploadQueue {
  if (!queue.open || queue.waiting.length === 0) return queue;
  const running = queue.uploads.filter(({ status }) => status.state === "running").length;
  const starting = queue.waiting.slice(0, Math.max(0, MAX_RUNNING_UPLOADS - running));
  if (starting.length === 0) return queue;
  const status: UploadStatus = { state: "running", progress: undefined };
  return {
    ...queue,
    uploads: queue.uploads.map((upload) => (starting.includes(upload.id) ? { ...upload, status } : upload)),
    waiting: queue.waiting.slice(starting.length),
  };
}
