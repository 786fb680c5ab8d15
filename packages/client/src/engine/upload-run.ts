import type { EngineDeps } from "./engine-deps.ts";
import type { Patience } from "./patience.ts";
import type { Source, Transport } from "./platform.ts";
import type { UploadOptions } from "./upload.ts";
import type { JournalEntry } from "./upload-journal.ts";

/** One upload between two pauses: what all of its steps need. */
export interface UploadRun<Body> {
  deps: EngineDeps;
  source: Source<Body>;
  transport: Transport<Body>;
  options: UploadOptions;
  signal: AbortSignal;
  /** Of the whole upload: each part that arrives renews it. */
  patience: Patience;
  /** Where it is noted; undefined: nowhere. */
  entry: JournalEntry | undefined;
}
