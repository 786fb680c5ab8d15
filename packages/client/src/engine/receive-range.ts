import { createCrc64Nvme, type SignedRequest } from "@waybill/core";
import type { RangeOfObject } from "./byte-range.ts";
import type { GrantKeeper } from "./grant-keeper.ts";
import type { PatienceDeps } from "./patience.ts";
import { createRecovery } from "./recovery.ts";

/** What brings one range, and where it goes. */
export interface RangeReceiver {
  deps: PatienceDeps & { stallMs: number; patienceMs: number };
  grants: GrantKeeper;
  signal: AbortSignal;
  /** Called with one run of bytes after the other, in order, each once. */
  deliver: (bytes: Uint8Array<ArrayBuffer>, position: number) => Promise<void>;
  /** Wait until so many bytes may come; absent without a limit of speed. */
  pace?: ((bytes: number, signal: AbortSignal) => Promise<void>) | undefined;
  /**
   * One request and its answer: what comes of an answer that breaks off is delivered.
   *
   * @throws why less than all was delivered
   */
  receiveOnce: (options: {
    request: SignedRequest;
    wanted: RangeOfObject;
    deliver: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  }) => Promise<void>;
}

/**
 * Bring one range, however often its answer breaks off: each request asks for what is still missing.
 *
 * @returns the CRC64NVME of what was delivered
 * @throws {WaybillError} what the store refused it with for good; whatever `deliver` throws
 */
export async function receiveRange(receiver: RangeReceiver, wanted: RangeOfObject): Promise<string> {
  const { deps, grants, signal } = receiver;
  const { end } = wanted.range;
  const checksum = createCrc64Nvme();
  let position = wanted.range.start;
  let request = grants.current();
  let undelivered: { error: unknown } | undefined;
  const recovery = createRecovery({ deps, signal, renew: () => grants.renew(request) });

  async function deliver(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { length } = bytes; // which delivering may take away with the bytes
    checksum.update(bytes);
    try {
      await receiver.deliver(bytes, position);
    } catch (error) {
      undelivered = { error }; // the receiving side's own failure: asking the store again is no help
      throw error;
    }
    position += length;
    recovery.progressed();
    await receiver.pace?.(length, signal);
  }

  const missingBytes = () => end - position;
  while (missingBytes() > 0) {
    request = grants.current();
    const missing = { ...wanted, range: { start: position, end } };
    try {
      await receiver.receiveOnce({ request, wanted: missing, deliver });
    } catch (error) {
      if (undelivered !== undefined) throw undelivered.error;
      await recovery.recover(error);
    }
  }
  return checksum.digest();
}
