import type { FolderPlace } from "@waybill/core";
import type { EngineDeps } from "./engine-deps.ts";
import type { Patience } from "./patience.ts";
import type { Source, Transport } from "./platform.ts";
import type { UploadOptions } from "./upload.ts";
import type { JournalEntry } from "./upload-journal.ts";

/** By which what was begun is found again when the answer was lost. */
export interface UploadName {
  collection: string | undefined;
  fileName: string;
  id: string;
  folder: FolderPlace | undefined;
  metadata: Record<string, string> | undefined;
}

/** One upload between two pauses: what all of its steps need. */
export interface UploadRun<Body> {
  deps: EngineDeps;
  source: Source<Body>;
  transport: Transport<Body>;
  options: UploadOptions;
  signal: AbortSignal;
  /** Of the whole upload: each part that arrives renews it. */
  patience: Patience;
  /** Of the calls with which it begins: the same, but a few tries where nobody knows yet whether there is an API. */
  asking: Patience;
  /** What the server has been asked to begin. It outlives pauses. */
  begun: { name: UploadName; isAsked: boolean };
  /** Where it is noted; undefined: nowhere. */
  entry: JournalEntry | undefined;
}
