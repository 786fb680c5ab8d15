import type { Progress } from "@waybill/client/browser";
import { SINGLE_PUT_LIMIT_BYTES, type FolderPlace } from "@waybill/core";
import type { Checksum, Route, RouteChoice } from "@waybill/core";

/** Many small uploads, or three large ones, each of which sends several parts at once. */
const ROOM = 12;
const LARGE_TAKES = 4;

function takenBy({ file }: PickedFile): number {
  return file.size > SINGLE_PUT_LIMIT_BYTES ? LARGE_TAKES : 1;
}

/** What an upload that does not move waits for. */
export type Obstacle = "network" | "store" | "turn";

export type UploadStatus =
  | { state: "waiting"; progress?: Progress | undefined } // with progress: it was paused before
  | { state: "running"; progress: Progress | undefined; obstacle?: Obstacle | undefined }
  | { state: "paused"; progress: Progress | undefined }
  | { state: "stored"; checksum: Checksum }
  | { state: "failed"; message: string }
  | { state: "cancelled" };

/** A file, and what the browser can open it again with, if it told. */
export interface PickedFile {
  file: File;
  handle?: FileSystemFileHandle | undefined;
  /** Where it belongs, when it is one of a folder's files. */
  folder?: FolderPlace | undefined;
  /** Where it goes, and along which way. */
  collection?: string | undefined;
  route?: RouteChoice | undefined;
}

/** Which way it takes, and why, in a sentence. */
export interface Way {
  route: Route;
  reason: string | undefined;
}

export interface Upload extends PickedFile {
  id: string; // names do not tell files apart
  attempt: number; // from 1; news of an earlier attempt is no news
  way?: Way | undefined; // from when it moves
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
  /** With a refusal: nothing of it is sent. */
  | { type: "added"; files: readonly (PickedFile & { id: string; refusal?: string | undefined })[] }
  | { type: "routed"; id: string; attempt: number; way: Way }
  | { type: "progressed"; id: string; attempt: number; progress: Progress }
  | { type: "hindered"; id: string; attempt: number; obstacle: Obstacle }
  | { type: "paused"; id: string }
  | { type: "resumed"; id: string }
  | { type: "stored"; id: string; attempt: number; checksum: Checksum }
  | { type: "failed"; id: string; attempt: number; message: string }
  | { type: "cancelled"; id: string }
  | { type: "retried"; id: string }
  | { type: "dismissed"; id: string }
  | { type: "finished-dismissed" };

export const initialUploadQueue: UploadQueue = { open: false, uploads: [], waiting: [] };

export function uploadQueue(queue: UploadQueue, event: UploadEvent): UploadQueue {
  return startWaiting(apply(queue, event));
}

/** There is nothing more to be sent of it. */
export function isFinished({ status }: Upload): boolean {
  return !UNFINISHED.has(status.state);
}

const UNFINISHED: ReadonlySet<UploadStatus["state"]> = new Set(["waiting", "running", "paused"]);

/** What people know it by. */
export function nameOf({ file, folder }: PickedFile): string {
  return folder?.path ?? file.name;
}

/** How far an upload has come that is not finished. */
export function progressOf({ status }: Upload): Progress | undefined {
  return "progress" in status ? status.progress : undefined;
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
      const added = event.files.map(({ refusal, ...picked }): Upload => ({
        ...picked,
        attempt: 1,
        status: refusal === undefined ? { state: "waiting" } : { state: "failed", message: refusal },
      }));
      const sendable = added.filter((upload) => !isFinished(upload));
      return {
        ...queue,
        uploads: [...queue.uploads, ...added],
        waiting: [...queue.waiting, ...sendable.map(({ id }) => id)],
      };
    }
    case "routed":
      return {
        ...queue,
        uploads: queue.uploads.map((upload) =>
          upload.id === event.id && upload.attempt === event.attempt ? { ...upload, way: event.way } : upload,
        ),
      };
    case "progressed":
      return change(queue, event, ["running"], { state: "running", progress: event.progress });
    case "hindered":
      return changeWith(queue, event, ["running"], (upload) => ({
        state: "running",
        progress: progressOf(upload),
        obstacle: event.obstacle,
      }));
    case "paused":
      return changeWith(queue, event, ["running"], (upload) => ({
        state: "paused",
        progress: progressOf(upload),
      }));
    case "resumed": {
      const resumed = changeWith(queue, event, ["paused"], (upload) => ({
        state: "waiting",
        progress: progressOf(upload),
      }));
      return resumed === queue ? queue : { ...resumed, waiting: [...queue.waiting, event.id] };
    }
    case "stored":
      // A cancellation can come too late. Then the file is stored all the same, and that is what we say.
      return change(queue, event, ["running", "cancelled"], { state: "stored", checksum: event.checksum });
    case "failed":
      return change(queue, event, ["running"], { state: "failed", message: event.message });
    case "cancelled": {
      const waiting = queue.waiting.filter((id) => id !== event.id);
      return change({ ...queue, waiting }, event, ["waiting", "running", "paused"], { state: "cancelled" });
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
  which: { id: string; attempt?: number },
  from: readonly UploadStatus["state"][],
  status: UploadStatus,
): UploadQueue {
  return changeWith(queue, which, from, () => status);
}

function changeWith(
  queue: UploadQueue,
  { id, attempt }: { id: string; attempt?: number },
  from: readonly UploadStatus["state"][],
  statusOf: (upload: Upload) => UploadStatus,
): UploadQueue {
  const concerns = (upload: Upload) =>
    upload.id === id &&
    (attempt === undefined || upload.attempt === attempt) &&
    from.includes(upload.status.state);
  if (!queue.uploads.some(concerns)) return queue;
  return {
    ...queue,
    uploads: queue.uploads.map((upload) =>
      concerns(upload) ? { ...upload, status: statusOf(upload) } : upload,
    ),
  };
}

function retry(queue: UploadQueue, id: string): UploadQueue {
  const again = queue.uploads.find((upload) => upload.id === id);
  if (again?.status.state !== "failed" && again?.status.state !== "cancelled") return queue;
  const attempt = again.attempt + 1;
  const waitingAgain: Upload = { ...again, attempt, way: undefined, status: { state: "waiting" } };
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
  const byId = new Map(queue.uploads.map((upload) => [upload.id, upload]));
  let taken = 0;
  for (const upload of queue.uploads) if (upload.status.state === "running") taken += takenBy(upload);
  const starting = new Set<string>();
  for (const id of queue.waiting) {
    const upload = byId.get(id);
    taken += upload === undefined ? 0 : takenBy(upload);
    if (taken > ROOM) break;
    starting.add(id);
  }
  if (starting.size === 0) return queue;
  const begin = (upload: Upload): Upload => ({
    ...upload,
    status: { state: "running", progress: progressOf(upload) },
  });
  return {
    ...queue,
    uploads: queue.uploads.map((upload) => (starting.has(upload.id) ? begin(upload) : upload)),
    waiting: queue.waiting.slice(starting.size),
  };
}
