import { join, relative, sep } from "node:path";
import { createPathClaims, WaybillError, type ListedObject } from "@waybill/core";
import type { Refusal } from "../transfers/run-transfers.ts";
import type { PathFilter } from "./create-path-filter.ts";

export interface FoundDownload {
  key: string;
  /** What the key has after the prefix. */
  path: string;
  /** Where it goes. */
  file: string;
  sizeBytes: number;
}

/**
 * Give every object its own place below a folder. A key can be anything, as others may have chosen it:
 * one that would lead out of the folder, or to another's place, is refused, and only that one.
 *
 * @param options.base - what all keys begin with: empty, or ends in `/`
 */
export function findDownloads(
  objects: readonly ListedObject[],
  { base, output, filter }: { base: string; output: string; filter: PathFilter },
): { downloads: FoundDownload[]; refusals: Refusal[] } {
  const downloads: FoundDownload[] = [];
  const refusals: Refusal[] = [];
  const claim = createPathClaims();
  for (const { key, sizeBytes } of objects) {
    const path = key.slice(base.length);
    if (!filter.accepts(path) || isFolderMark({ key, sizeBytes })) continue;
    const file = placeBelow(output, path);
    const conflict = file === undefined ? "its path is not one below a folder" : claim(path);
    if (file !== undefined && conflict === undefined) downloads.push({ key, path, file, sizeBytes });
    else {
      const sentence = `${key} cannot be placed: ${conflict}; get it alone, with -o FILE.`;
      refusals.push({ about: { key }, error: new WaybillError("LOCAL_FILE", sentence) });
    }
  }
  return { downloads, refusals };
}

/** An empty object by which other programs show a folder. */
function isFolderMark({ key, sizeBytes }: { key: string; sizeBytes: number }): boolean {
  return key.endsWith("/") && sizeBytes === 0;
}

function placeBelow(folder: string, path: string): string | undefined {
  const segments = path.split("/");
  const leads = (segment: string) => ["", ".", ".."].includes(segment) || segment.includes("\0");
  if (segments.some(leads)) return undefined;
  const file = join(folder, ...segments);
  // On Windows \ and drives lead elsewhere, too.
  return relative(folder, file) === segments.join(sep) ? file : undefined;
}
