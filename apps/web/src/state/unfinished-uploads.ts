import type { UnfinishedUpload } from "@waybill/client/browser";
import type { PickedFile, Upload } from "./upload-queue.ts";

/** An upload that an earlier visit left, and that can be gone on with. */
export interface Unfinished {
  entry: UnfinishedUpload;
  /** Bytes of it that the store has; undefined: it could not be asked. */
  arrivedBytes: number | undefined;
  status: { state: "idle" } | { state: "opening" } | { state: "failed"; message: string };
}

export type UnfinishedEvent =
  | { type: "listed"; uploads: readonly Pick<Unfinished, "entry" | "arrivedBytes">[] }
  | { type: "opening"; name: string }
  | { type: "failed"; name: string; message: string }
  | { type: "gone"; name: string };

export const initialUnfinished: readonly Unfinished[] = [];

export function unfinishedUploads(
  uploads: readonly Unfinished[],
  event: UnfinishedEvent,
): readonly Unfinished[] {
  switch (event.type) {
    case "listed":
      return event.uploads.map((upload) => ({
        status: { state: "idle" },
        ...uploads.find(({ entry }) => entry.name === upload.entry.name),
        ...upload,
      }));
    case "opening":
      return withStatus(uploads, event.name, { state: "opening" });
    case "failed":
      return withStatus(uploads, event.name, { state: "failed", message: event.message });
    case "gone":
      return uploads.filter(({ entry }) => entry.name !== event.name);
  }
}

/** Those that are not among this page's own uploads: these have their row there, with what can be done. */
export function notInQueue(uploads: readonly Unfinished[], queue: readonly Upload[]): readonly Unfinished[] {
  return uploads.filter(({ entry }) => !queue.some((upload) => isSameFile(entry, upload)));
}

/** As far as can be told without reading it. */
export function isSameFile(
  { source: { fileName, sizeBytes, modifiedAtMs } }: UnfinishedUpload,
  { file }: PickedFile,
): boolean {
  return file.name === fileName && file.size === sizeBytes && file.lastModified === modifiedAtMs;
}

function withStatus(
  uploads: readonly Unfinished[],
  name: string,
  status: Unfinished["status"],
): readonly Unfinished[] {
  return uploads.map((upload) => (upload.entry.name === name ? { ...upload, status } : upload));
}
