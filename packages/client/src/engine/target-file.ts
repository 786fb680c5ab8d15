import type { RunningChecksum, StoredObject } from "@waybill/core";
import type { ByteRange } from "./byte-range.ts";
import type { PartFile } from "./part-file.ts";

/** A file on its way to become an object. What fails names the file that somebody asked for. */
export interface TargetFile {
  part: PartFile;
  /** It is whole: make it what the others see. */
  publish(): Promise<void>;
  /** Leave what has come for a later call, where that is possible. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export interface WantedFile {
  object: StoredObject;
  ranges: readonly ByteRange[];
  /** Of one range. */
  startChecksum: () => RunningChecksum;
  /** Of the looking at what an earlier call has left. */
  signal: AbortSignal;
}
