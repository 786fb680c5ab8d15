import { partRange, retry, WaybillError, type UploadPlan } from "@waybill/core";
import { checksumOf } from "./checksum-of.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { Source, Transport } from "./platform.ts";
import { responseError } from "./response-error.ts";
import type { SignedPartRequests } from "./signed-parts.ts";
import { startStallWatch } from "./stall-watch.ts";

/** Refusals of one part that a new signature, or simply sending it again, may mend. */
const MAX_RENEWALS = 3;

/**
 * Send one part until the store has acknowledged it.
 *
 * @throws {WaybillError} when it cannot be sent, with the cause
 */
export async function sendPart<Body>(options: {
  deps: EngineDeps;
  source: Source<Body>;
  transport: Transport<Body>;
  plan: UploadPlan;
  requests: SignedPartRequests;
  partNumber: number;
  signal: AbortSignal;
  /** Bytes of this part on the wire; goes back to 0 when the part is sent again. */
  onSent: (bytes: number) => void;
}): Promise<void> {
  const { deps, source, transport, plan, requests, partNumber, signal, onSent } = options;
  const range = partRange(plan, partNumber);
  let request = await requests.request(partNumber);
  let renewals = 0;

  async function sendOnce() {
    using watch = startStallWatch({ stallMs: deps.stallMs, signal, counting: true });
    onSent(0);
    const body = source.slice(range.start, range.end);
    const response = await transport(request, body, {
      signal: watch.signal,
      onSent: (bytes) => {
        watch.moved();
        onSent(bytes);
      },
    });
    const refusal = responseError(response);
    if (refusal !== undefined) throw refusal;
  }

  for (;;) {
    try {
      return await retry(sendOnce, deps, { signal });
    } catch (error) {
      if (!(error instanceof WaybillError) || renewals++ >= MAX_RENEWALS) throw error;
      if (error.code === "GRANT_EXPIRED") request = await requests.renew(partNumber);
      else if (error.code === "CHECKSUM_MISMATCH") await assertSameBytes();
      else throw error;
    }
  }

  // The bytes were spoilt on the way, or the file is no longer what was hashed.
  async function assertSameBytes() {
    if ((await checksumOf(source, range, signal)) !== (await requests.checksum(partNumber)))
      throw new WaybillError("SOURCE_CHANGED");
  }
}
