import type { SignedRequest, WaybillError } from "@waybill/core";
import type { ArrivingRange } from "./arriving-range.ts";
import type { RangeOfObject } from "./byte-range.ts";
import type { GrantKeeper } from "./grant-keeper.ts";
import type { PatienceDeps } from "./patience.ts";
import { createRecovery } from "./recovery.ts";

/**
 * One request and its answer: what comes of an answer that breaks off is delivered, in order.
 *
 * @throws why less than all was delivered
 */
export type ReceiveOnce = (options: {
  request: SignedRequest;
  wanted: RangeOfObject;
  signal: AbortSignal;
  deliver: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}) => Promise<void>;

/** What brings ranges, one after the other. */
export interface RangeReceiver {
  deps: PatienceDeps & { patienceMs: number };
  grants: GrantKeeper;
  signal: AbortSignal;
  /** Something failed, and is asked for again. */
  onWait: (error: WaybillError) => void;
  /** Wait until so many bytes may come; absent without a limit of speed. */
  pace?: ((bytes: number, signal: AbortSignal) => Promise<void>) | undefined;
  receiveOnce: ReceiveOnce;
  /** So many bytes more are there. */
  onTaken: (bytes: number) => void;
}

/**
 * Bring what is missing of a range, however often its answer breaks off.
 *
 * @throws {WaybillError} what the store refused it with for good; whatever taking it throws
 */
export async function receiveRange(
  receiver: RangeReceiver,
  arriving: Pick<ArrivingRange, "missing" | "take">,
  { sizeBytes, eTag }: { sizeBytes: number; eTag: string },
): Promise<void> {
  const { deps, grants, signal, onWait, onTaken, receiveOnce, pace } = receiver;
  let request: SignedRequest | undefined;
  let untaken: { error: unknown } | undefined;
  const renew = async () => request && grants.renew(request);
  const detour = async () => request !== undefined && (await grants.detour(request));
  const recovery = createRecovery({ deps, signal, onWait, renew, detour });
  for (let range = arriving.missing(); range.start < range.end; range = arriving.missing()) {
    let position = range.start;
    const deliver = async (bytes: Uint8Array<ArrayBuffer>) => {
      const { length } = bytes; // which taking may take away with the bytes
      const taken = await arriving.take(bytes, position).catch((error: unknown) => {
        untaken = { error }; // the receiving side's own failure: asking the store again is no help
        throw error;
      });
      position += length;
      onTaken(taken);
      recovery.progressed();
      await pace?.(length, signal);
    };
    try {
      request = await grants.current();
      const end = Math.min(range.end, range.start + grants.maxBytes());
      const wanted = { range: { start: range.start, end }, sizeBytes, eTag };
      await receiveOnce({ request, wanted, signal, deliver });
    } catch (error) {
      if (untaken !== undefined) throw untaken.error;
      await recovery.recover(error);
    }
  }
}
