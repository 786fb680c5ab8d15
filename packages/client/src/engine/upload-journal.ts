import type { FolderPlace, SavedUpload } from "@waybill/core";
import type { Source } from "./platform.ts";

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
  /** What was left, if there was anything. */
  saved: SavedUpload | undefined;
  save(upload: SavedUpload, source: KeptSource): Promise<void>;
  /** Nothing is left to go on with. */
  remove(): Promise<void>;
  /** Leave it for a later holder. */
  release(): Promise<void>;
}

/** What a journal may keep of a source, to have it again, and to tell people which it was. */
export interface KeptSource extends Pick<
  Source<unknown>,
  "fileName" | "sizeBytes" | "modifiedAtMs" | "handle"
> {
  /** Where it belongs, when it is one of a folder's files: whoever goes on with it has to say so again. */
  folder?: FolderPlace | undefined;
}
