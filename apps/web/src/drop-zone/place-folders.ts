import { createKeyId, placeInFolder } from "@waybill/core";
import { quoteName } from "../format/quote-name.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import type { FoundFolder } from "./found-folder.ts";

/**
 * The files of folders, each with its place in what is stored: those of one folder share an id.
 *
 * @returns `notice`: what did not become an upload, in sentences; undefined when everything did
 */
export function placeFolders(folders: readonly FoundFolder[]): {
  files: PickedFile[];
  notice: string | undefined;
} {
  const sentences: string[] = [];
  const files = folders.flatMap(({ name, files: found, unreadable }) => {
    const id = createKeyId(new Date());
    const placed = placeInFolder(found);
    const conflicts = placed.flatMap(({ file, conflict }) =>
      conflict === undefined ? [] : [`${quoteName(file.path)} was left out: ${conflict}.`],
    );
    if (found.length === 0 && unreadable.length === 0)
      sentences.push(`${quoteName(name)} has no files in it.`);
    sentences.push(
      ...inShort(
        unreadable.map((path) => `${quoteName(path)} cannot be read, and was left out.`),
        (count) => `${count} items in ${quoteName(name)} cannot be read, and were left out.`,
      ),
      ...inShort(
        conflicts,
        (count) => `${count} files in ${quoteName(name)} were left out, since others have their places.`,
      ),
    );
    return placed.flatMap(({ file: { path: _own, ...picked }, path, conflict }) =>
      conflict === undefined ? [{ ...picked, folder: { id, path } }] : [],
    );
  });
  return { files, notice: sentences.length === 0 ? undefined : sentences.join(" ") };
}

function inShort(sentences: readonly string[], sum: (count: number) => string): readonly string[] {
  return sentences.length > 1 ? [sum(sentences.length)] : sentences;
}
