import { formatBytes } from "../format/format-bytes.ts";
import type { Unfinished } from "../state/unfinished-uploads.ts";

/** Everything that a row shows. */
export interface UnfinishedView {
  details: string;
  problem: string | undefined;
  /** The file can be opened again by itself; else it has to be chosen. */
  canResume: boolean;
  canChoose: boolean;
  isBusy: boolean;
}

/** What to show of an upload that an earlier visit left. */
export function describeUnfinished({ entry, arrivedBytes, status }: Unfinished): UnfinishedView {
  const size = formatBytes(entry.source.sizeBytes);
  const problem = status.state === "failed" ? status.message : undefined;
  const canResume = entry.source.handle !== undefined;
  return {
    details: arrivedBytes === undefined ? size : `${formatBytes(arrivedBytes)} of ${size} have arrived`,
    problem,
    canResume,
    // A kept handle may lead nowhere any more.
    canChoose: !canResume || problem !== undefined,
    isBusy: status.state === "opening",
  };
}
