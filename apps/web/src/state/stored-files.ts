import type { ListedObject } from "@waybill/core";
import type { Way } from "./upload-queue.ts";

/** What happens to a single file of the list right now. */
export type RowStatus =
  | { state: "deleting" }
  | { state: "preparing-download" }
  /** The browser fetches it. */
  | { state: "handed-over"; way: Way }
  | { state: "failed"; message: string };

/** Something that this page did to the store, and that a listing may not show yet. */
type Change = { type: "stored"; object: ListedObject } | { type: "removed"; key: string };

export interface StoredFiles {
  /** What the last listing said, in the store's order. */
  listed: readonly ListedObject[];
  /** Where the listing goes on; undefined when all of it is here. */
  cursor: string | undefined;
  listing: { state: "never" | "running" | "done" } | { state: "failed"; message: string };
  changes: readonly Change[];
  /** How many of `changes` the running listing must know, because they came before it. */
  knownChanges: number;
  rows: ReadonlyMap<string, RowStatus>;
  /** Key of the file whose deletion waits for a yes. */
  confirming: string | undefined;
}

export type StoredFilesEvent =
  | { type: "listing-began" }
  | { type: "listed"; objects: readonly ListedObject[]; cursor: string | undefined }
  | { type: "listing-failed"; message: string }
  | { type: "stored"; object: ListedObject }
  | { type: "delete-asked"; key: string }
  | { type: "delete-declined" }
  | { type: "delete-began"; key: string }
  | { type: "removed"; key: string }
  | { type: "download-began"; key: string }
  | { type: "download-handed-over"; key: string; way: Way }
  | { type: "row-failed"; key: string; message: string };

export const initialStoredFiles: StoredFiles = {
  listed: [],
  cursor: undefined,
  listing: { state: "never" },
  changes: [],
  knownChanges: 0,
  rows: new Map(),
  confirming: undefined,
};

export function storedFiles(files: StoredFiles, event: StoredFilesEvent): StoredFiles {
  switch (event.type) {
    case "listing-began":
      return { ...files, listing: { state: "running" }, knownChanges: files.changes.length };
    case "listed":
      return afterListing(files, event);
    case "listing-failed":
      return { ...files, listing: { state: "failed", message: event.message } };
    case "stored":
      return { ...files, changes: [...files.changes, event] };
    case "delete-asked":
      return { ...files, confirming: event.key };
    case "delete-declined":
      return { ...files, confirming: undefined };
    case "delete-began":
      return withRow({ ...files, confirming: undefined }, event.key, { state: "deleting" });
    case "removed":
      return withRow({ ...files, changes: [...files.changes, event] }, event.key, undefined);
    case "download-began":
      return withRow(files, event.key, { state: "preparing-download" });
    case "download-handed-over":
      return withRow(files, event.key, { state: "handed-over", way: event.way });
    case "row-failed":
      return withRow(files, event.key, { state: "failed", message: event.message });
  }
}

/** What the list shows: what is stored as far as we know, newest first. */
export function newestFirst({ listed, changes }: StoredFiles): ListedObject[] {
  const objects = new Map(listed.map((object) => [object.key, object]));
  for (const change of changes) {
    if (change.type === "stored") objects.set(change.object.key, change.object);
    else objects.delete(change.key);
  }
  return [...objects.values()].toSorted((a, b) => timeOf(b) - timeOf(a) || (a.key < b.key ? 1 : -1));
}

/** Name of the file whose deletion waits for a yes. */
export function nameToConfirm(files: StoredFiles): string | undefined {
  return files.confirming === undefined ? undefined : nameOfFile(files, files.confirming);
}

export function nameOfFile(files: StoredFiles, key: string): string | undefined {
  return newestFirst(files).find((object) => object.key === key)?.fileName;
}

function afterListing(
  files: StoredFiles,
  { objects, cursor }: { objects: readonly ListedObject[]; cursor: string | undefined },
): StoredFiles {
  const keys = new Set(objects.map(({ key }) => key));
  const [known, unknown] = [
    files.changes.slice(0, files.knownChanges),
    files.changes.slice(files.knownChanges),
  ];
  // A partial listing cannot know what lies behind its end, where new files are.
  const beyond = known.filter(
    (change) => cursor !== undefined && !(change.type === "stored" && keys.has(change.object.key)),
  );
  return {
    ...files,
    listed: objects,
    cursor,
    listing: { state: "done" },
    changes: [...beyond, ...unknown],
    knownChanges: 0,
  };
}

function withRow(files: StoredFiles, key: string, status: RowStatus | undefined): StoredFiles {
  const rows = new Map(files.rows);
  if (status === undefined) rows.delete(key);
  else rows.set(key, status);
  return { ...files, rows };
}

function timeOf({ lastModified }: ListedObject): number {
  return Date.parse(lastModified);
}
