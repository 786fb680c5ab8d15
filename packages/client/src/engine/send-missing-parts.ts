import { WaybillError } from "@waybill/core";
import { createHedging } from "./hedging.ts";
import { createPartSupply, partBytes, type PartToSend } from "./part-supply.ts";
import { sendPart } from "./send-part.ts";
import { signSessionParts } from "./sign-session-parts.ts";
import type { UploadRun } from "./upload-run.ts";
import { checksumOfPart, type UploadSession } from "./upload-session.ts";

export interface SentBytes {
  /** In parts that the store has acknowledged. */
  acknowledged: number;
  /** The same, and what is on its way. */
  onWire: number;
}

/**
 * Send every part that the store lacks, several at once. Each part that it says it has is held against
 * the source first; one that differs is sent again.
 *
 * @throws {WaybillError} what the first part that failed for good failed with; by then all have ended
 */
export async function sendMissingParts<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  onBytes: (bytes: SentBytes) => void,
): Promise<void> {
  const { deps, patience } = run;
  const { plan, acknowledged } = session;
  const failed = new AbortController(); // stops the siblings of a part that failed for good
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const inner: UploadRun<Body> = { ...run, signal };
  const onWire = new Map<number, number>();
  let acknowledgedBytes = 0;
  const report = () =>
    onBytes({ acknowledged: acknowledgedBytes, onWire: acknowledgedBytes + sum(onWire.values()) });

  function acknowledge(partNumber: number): void {
    acknowledged.add(partNumber);
    onWire.delete(partNumber);
    acknowledgedBytes += partBytes(session, partNumber);
    patience.progressed();
    report();
  }

  for (const partNumber of acknowledged) acknowledgedBytes += partBytes(session, partNumber);
  report();
  await proveClaims(inner, session, acknowledge);

  const supply = createPartSupply({
    session,
    partNumbers: numbersUpTo(plan.partCount).filter((partNumber) => !acknowledged.has(partNumber)),
    checksumOf: (partNumber) => checksumOfPart(inner, session, partNumber),
    sign: (parts) => signSessionParts(inner, session, parts),
  });
  // Two copies of a part are the same bytes under the same signature, and what the store has is listed and
  // compared before the upload is published, so that it does not matter which of them it keeps.
  const hedging = createHedging<PartToSend>(deps);

  async function send(part: PartToSend, fresh: boolean): Promise<void> {
    const { partNumber } = part;
    const race = hedging.enter(part);
    try {
      await sendPart({ ...inner, signal: AbortSignal.any([signal, race.lost]) }, session, {
        part,
        supply,
        fresh,
        onStart: race.started,
        onSent(bytes) {
          if (!race.isWon()) onWire.set(partNumber, bytes);
          report();
        },
      });
    } catch (error) {
      if (race.isWon()) return; // the other copy was faster
      if (!mayBeOurs(session, error)) throw error;
    }
    if (race.win()) acknowledge(partNumber);
  }

  async function sendOneAfterAnother(): Promise<void> {
    try {
      for (let part = await supply.next(); part !== undefined; part = await supply.next())
        await send(part, false);
      if (plan.kind === "single") return; // a second copy would find the first one's object
      const slowest = () => hedging.slowest(signal);
      for (let part = await slowest(); part !== undefined; part = await slowest()) await send(part, true);
    } catch (error) {
      failed.abort(error);
    }
  }
  // Until all have ended, also after a failure: no part may arrive once the upload is aborted.
  const workers = Math.min(run.options.concurrency ?? deps.traffic.maxRequests, plan.partCount);
  await Promise.all(Array.from({ length: Math.max(1, workers) }, sendOneAfterAnother));
  signal.throwIfAborted();
}

/** What the store lists is a claim: the part counts only when it is the source's, by size and by checksum. */
async function proveClaims<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  acknowledge: (partNumber: number) => void,
): Promise<void> {
  const { partCount } = session.plan;
  for (const { partNumber, sizeBytes, checksum } of session.claimed.splice(0)) {
    if (partNumber > partCount || session.acknowledged.has(partNumber)) continue;
    if (sizeBytes !== partBytes(session, partNumber) || checksum === null) continue;
    if (checksum === (await checksumOfPart(run, session, partNumber))) acknowledge(partNumber);
  }
}

/**
 * 412 of a single PUT: an earlier try of ours may have arrived though its answer was lost. The server
 * finds out when it completes.
 */
function mayBeOurs({ plan }: UploadSession, error: unknown): boolean {
  return plan.kind === "single" && error instanceof WaybillError && error.code === "OBJECT_EXISTS";
}

function numbersUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
