import { partRange, WaybillError, type CreateUploadOutput } from "@waybill/core";
import type { EngineDeps } from "./engine-deps.ts";
import type { Source, Transport } from "./platform.ts";
import { sendPart } from "./send-part.ts";
import { createSignedPartRequests } from "./signed-parts.ts";

/**
 * Send every part of an upload, a few at once.
 *
 * @param options.firstChecksums - of the parts that the waybill holds signatures for
 * @param options.onBytes - bytes on the wire so far, those of parts that are sent again included once
 * @returns the CRC64NVME of every part, in order
 * @throws {WaybillError} what the first part that failed for good failed with; by then all have ended
 */
export async function sendAllParts<Body>(options: {
  deps: EngineDeps;
  source: Source<Body>;
  transport: Transport<Body>;
  waybill: CreateUploadOutput;
  firstChecksums: readonly string[];
  concurrency: number;
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}): Promise<string[]> {
  const { deps, source, transport, waybill, firstChecksums, concurrency, onBytes } = options;
  const { plan } = waybill;
  const failed = new AbortController(); // stops the siblings of a part that failed for good
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const requests = createSignedPartRequests({ deps, source, waybill, firstChecksums, signal });
  const inFlight = new Map<number, number>();
  let acknowledgedBytes = 0;

  async function sendOne(partNumber: number) {
    const { start, end } = partRange(plan, partNumber);
    const onSent = (bytes: number) => {
      inFlight.set(partNumber, bytes);
      onBytes(acknowledgedBytes + sum(inFlight.values()));
    };
    try {
      await sendPart({ deps, source, transport, plan, requests, partNumber, signal, onSent });
    } catch (error) {
      // 412 of a single PUT: an earlier try of ours may have arrived though its answer was lost. The
      // server finds out when it completes.
      const mayBeOurs =
        plan.kind === "single" && error instanceof WaybillError && error.code === "OBJECT_EXISTS";
      if (!mayBeOurs) throw error;
    }
    inFlight.delete(partNumber);
    acknowledgedBytes += end - start;
    onBytes(acknowledgedBytes + sum(inFlight.values()));
  }

  let next = 1;
  async function sendOneAfterAnother() {
    try {
      while (next <= plan.partCount) await sendOne(next++);
    } catch (error) {
      failed.abort(error);
    }
  }
  // Until all have ended, also after a failure: no part may arrive once the upload is aborted.
  await Promise.all(Array.from({ length: Math.min(concurrency, plan.partCount) }, sendOneAfterAnother));
  failed.signal.throwIfAborted();
  return requests.checksums();
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
