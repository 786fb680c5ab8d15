import { quoteName } from "../format/quote-name.ts";
import { newestFirst, type StoredFiles } from "./stored-files.ts";
import type { Shares } from "./shares.ts";
import type { Unfinished } from "./unfinished-uploads.ts";
import { nameOf, type Upload } from "./upload-queue.ts";

/** What a screen reader is told: uploads that ended or were paused since, one sentence each. */
export function uploadAnnouncements(uploads: readonly Upload[], before: readonly Upload[]): string[] {
  const earlier = new Map(before.map((upload) => [upload.id, upload]));
  return uploads.flatMap((upload) => {
    const { id, status } = upload;
    const name = quoteName(nameOf(upload));
    if (status.state === earlier.get(id)?.status.state) return [];
    if (status.state === "stored") return [`${name} is stored.`];
    if (status.state === "failed") return [`${name} failed. ${status.message}`];
    if (status.state === "paused") return [`${name} is paused.`];
    if (status.state === "cancelled") return [`${name} is cancelled.`];
    return [];
  });
}

/** That there are uploads to go on with, once there are any. */
export function unfinishedAnnouncements(
  uploads: readonly Unfinished[],
  before: readonly Unfinished[],
): string[] {
  const [first] = uploads;
  if (first === undefined || before.length > 0) return [];
  if (uploads.length > 1) return [`${uploads.length} unfinished uploads can go on.`];
  return [`The unfinished upload of ${quoteName(first.entry.source.fileName)} can go on.`];
}

/** Files that were deleted since, one sentence each. */
export function removalAnnouncements(files: StoredFiles, before: StoredFiles): string[] {
  if (files.changes === before.changes) return [];
  const left = new Set(newestFirst(files).map(({ key }) => key));
  const removed = new Set(files.changes.flatMap((change) => (change.type === "removed" ? [change.key] : [])));
  return newestFirst(before).flatMap(({ key, fileName }) =>
    removed.has(key) && !left.has(key) ? [`${quoteName(fileName)} is deleted.`] : [],
  );
}

/** Links that were ended since, one sentence each. */
export function shareAnnouncements({ listed, rows }: Shares, before: Shares): string[] {
  if (listed === before.listed) return [];
  const left = new Set(listed.map(({ id }) => id));
  return before.listed.flatMap(({ id, fileName }) =>
    before.rows.get(id)?.state === "revoking" && !rows.has(id) && !left.has(id)
      ? [`The link to ${quoteName(fileName)} has ended.`]
      : [],
  );
}
