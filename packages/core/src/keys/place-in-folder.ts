import { createPathClaims } from "./create-path-claims.ts";
import { safeFolderPath } from "./folder-place.ts";

/** A file with its place in a folder that is uploaded as one, or with the reason why it has none. */
export type PlacedFile<T> = { file: T; path: string; conflict: string | undefined };

/**
 * Give each file of a folder its place. Names become safe as those of single files do, and so two may become one:
 * who keeps its own has it.
 *
 * @param files - `path` is relative, with `/` between the segments
 */
export function placeInFolder<T extends { path: string }>(files: readonly T[]): PlacedFile<T>[] {
  const claim = createPathClaims();
  return files
    .map((file) => ({ file, path: safeFolderPath(file.path) }))
    .toSorted((a, b) => Number(a.path !== a.file.path) - Number(b.path !== b.file.path))
    .map((placed) => ({ ...placed, conflict: claim(placed.path) }));
}
