import type { SavedUpload } from "@waybill/core";

/**
 * Uploads that were begun, each under the name of its source. One that is held is nobody else's: not
 * another transfer's, tab's or process's.
 */
export interface UploadJournal {
  /**
   * Hold the entry of this name: take over what an earlier holder, who is gone, has left.
   *
   * @returns undefined when somebody else holds it
   */
  hold(name: string): Promise<JournalEntry | undefined>;
}

export interface JournalEntry {
  /** What was left, unchecked: an outside input. */
  saved: unknown;
  save(upload: SavedUpload): Promise<void>;
  /** Nothing is left to go on with. */
  remove(): Promise<void>;
  /** Leave it for a later holder. */
  release(): Promise<void>;
}
