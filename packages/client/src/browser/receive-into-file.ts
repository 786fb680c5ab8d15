import type { StoredObject } from "@waybill/core";
import type { ByteRange } from "../engine/byte-range.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import type { GrantKeeper } from "../engine/grant-keeper.ts";
import { createProgressMeter, type Progress } from "../engine/progress.ts";
import { readFrom } from "../engine/read-from.ts";
import { receiveObject, type ReceiveRange } from "../engine/receive-object.ts";
import { receiveRange } from "../engine/receive-range.ts";
import type { TargetFile } from "./target-file.ts";
import { writingTo } from "./writing-to.ts";

/** A download that has begun: it lives through pauses. */
export interface OpenDownload {
  name: string;
  object: StoredObject;
  ranges: readonly ByteRange[];
  file: TargetFile;
  /** Grants for the present run. */
  grants: (signal: AbortSignal) => GrantKeeper;
}

/**
 * Bring what the file lacks.
 *
 * @returns the object's CRC64NVME
 */
export async function receiveIntoFile(
  deps: EngineDeps,
  { name, object, file, grants, ranges }: OpenDownload,
  options: {
    signal: AbortSignal;
    concurrency: number;
    onProgress: (progress: Progress) => void;
    alsoTell: ((progress: Progress) => void) | undefined;
  },
): Promise<string> {
  const { signal, concurrency, onProgress, alsoTell } = options;
  const meter = createProgressMeter({
    totalBytes: object.sizeBytes,
    nowMs: deps.nowMs,
    report(progress) {
      onProgress(progress);
      alsoTell?.(progress);
    },
  });
  const keeper = grants(signal);
  const { part } = file;
  const lane: ReceiveRange = (wanted, within) =>
    receiveRange(
      {
        deps,
        grants: keeper,
        pace: deps.traffic.pace,
        ...within,
        async receiveOnce({ request, wanted: { range, sizeBytes, eTag }, deliver }) {
          const { start, end } = range;
          const from = { request, eTag, start, until: { end, sizeBytes } };
          const { stallMs } = deps;
          for await (const chunk of readFrom({ ...from, stallMs, signal: within.signal }))
            await deliver(chunk);
        },
      },
      wanted,
    );
  return receiveObject(
    {
      openLane: () => lane,
      concurrency,
      signal,
      onBytes: (bytes) => meter.update(bytes),
    },
    object,
    ranges,
    {
      ...part,
      write: (bytes, position) => writingTo(name, () => part.write(bytes, position)),
      finish: (index, checksum) => writingTo(name, () => part.finish(index, checksum)),
    },
  );
}
