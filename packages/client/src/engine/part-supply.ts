import {
  MiB,
  partRange,
  partRequest,
  unpackSignature,
  type Route,
  type SignedParts,
  type SignedRequest,
  type UploadPlan,
} from "@waybill/core";
import type { UploadSession } from "./upload-session.ts";

export interface PartToSend {
  partNumber: number;
  request: SignedRequest;
  /** For which the request was signed. */
  route: Route;
}

/** The parts that the store lacks, each with its signed request, prepared ahead of need. */
export interface PartSupply {
  /** Undefined when there is none left. */
  next(): Promise<PartToSend | undefined>;
  /** Sign this part anew: the grant has expired, or the upload takes another route now. */
  renew(partNumber: number): Promise<PartToSend>;
}

/** Parts that are hashed and signed in one call, ahead of need: as many as that, or as many bytes. */
const MAX_BATCH = 16;
/** Fewer at first: connections are free, and wait for them. */
const FIRST_BATCH = 4;
const MAX_BATCH_BYTES = 256 * MiB;

/**
 * @param options.partNumbers - that are to be sent, in order
 * @param options.checksumOf - the checksum of a part
 * @param options.sign - ask the API
 */
export function createPartSupply(options: {
  session: UploadSession;
  partNumbers: readonly number[];
  checksumOf: (partNumber: number) => Promise<string>;
  sign: (parts: { partNumber: number; checksum: string }[]) => Promise<SignedParts>;
}): PartSupply {
  const { session, checksumOf } = options;
  const { signed } = session;
  const ready = options.partNumbers.flatMap((partNumber) => {
    const request = signed.get(partNumber);
    return request === undefined ? [] : [{ partNumber, request, route: session.route }];
  });
  const unsigned = options.partNumbers.filter((partNumber) => !signed.has(partNumber));
  const largest = Math.max(1, Math.min(MAX_BATCH, Math.floor(MAX_BATCH_BYTES / session.plan.partSizeBytes)));
  let batchSize = Math.min(FIRST_BATCH, largest);
  let ahead: Promise<PartToSend[]> | undefined;

  async function signAll(partNumbers: readonly number[]): Promise<PartToSend[]> {
    const parts: { partNumber: number; checksum: string }[] = [];
    for (const partNumber of partNumbers) parts.push({ partNumber, checksum: await checksumOf(partNumber) });
    const { plan, route } = session;
    return toRequests({ plan, route }, await options.sign(parts), parts);
  }

  function prepare(): Promise<PartToSend[]> | undefined {
    if (unsigned.length === 0) return undefined;
    const batch = signAll(unsigned.splice(0, batchSize));
    batchSize = Math.min(2 * batchSize, largest);
    batch.catch(() => {}); // whoever needs a part of it awaits the same promise, and gets the error
    return batch;
  }

  return {
    async next() {
      for (;;) {
        ahead ??= prepare();
        const part = ready.shift();
        if (part !== undefined || ahead === undefined) return part;
        const batch = ahead;
        const parts = await batch;
        if (ahead !== batch) continue; // another worker was faster to take it
        ahead = undefined;
        ready.push(...parts);
      }
    },
    async renew(partNumber) {
      const [part] = await signAll([partNumber]);
      if (part === undefined) throw new TypeError("The API signed too few parts.");
      return part;
    },
  };
}

/** The requests of parts, put together from what they have in common and their signatures. */
export function toRequests(
  { plan, route }: Pick<UploadSession, "plan" | "route">,
  { template, signatures, signatureForm }: SignedParts,
  parts: readonly { partNumber: number; checksum: string }[],
): PartToSend[] {
  return parts.flatMap((part, index) => {
    const signature = unpackSignature(signatures, index, signatureForm);
    if (signature === undefined) return [];
    const { partNumber } = part;
    const sizeBytes = partBytes({ plan }, partNumber);
    return [{ partNumber, request: partRequest(template, { ...part, sizeBytes, signature }), route }];
  });
}

/** The bytes of one part. */
export function partBytes({ plan }: { plan: UploadPlan }, partNumber: number): number {
  const { start, end } = partRange(plan, partNumber);
  return end - start;
}
