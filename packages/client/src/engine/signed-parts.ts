import {
  partRange,
  partRequest,
  unpackSignature,
  type CreateUploadOutput,
  type SignedParts,
  type SignedRequest,
  type UploadPlan,
} from "@waybill/core";
import { callApi, MANY_ATTEMPTS } from "./call-api.ts";
import { checksumOf } from "./checksum-of.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { Source } from "./platform.ts";

/** Parts that are hashed and signed in one call, ahead of need. */
const WINDOW = 16;

/** The signed request of every part, prepared a window ahead of its use. */
export interface SignedPartRequests {
  request(partNumber: number): Promise<SignedRequest>;
  /** Sign this part anew: the grant has expired. */
  renew(partNumber: number): Promise<SignedRequest>;
  /** Hashed once, however often it is asked for. */
  checksum(partNumber: number): Promise<string>;
  /** Of all parts, in order. */
  checksums(): Promise<string[]>;
}

export function createSignedPartRequests<Body>(options: {
  deps: EngineDeps;
  source: Source<Body>;
  waybill: CreateUploadOutput;
  /** Of the first parts: those that the waybill holds signatures for. */
  firstChecksums: readonly string[];
  signal: AbortSignal;
}): SignedPartRequests {
  const { deps, source, waybill, firstChecksums, signal } = options;
  const { plan, token } = waybill;
  const windows = new Map<number, Promise<Map<number, SignedRequest>>>();
  const checksums: (string | undefined)[] = [...firstChecksums];
  const first = firstChecksums.length;
  const windowOf = (partNumber: number) =>
    partNumber <= first ? 0 : 1 + Math.floor((partNumber - first - 1) / WINDOW);

  async function checksumOfPart(partNumber: number): Promise<string> {
    const checksum =
      checksums[partNumber - 1] ?? (await checksumOf(source, partRange(plan, partNumber), signal));
    checksums[partNumber - 1] = checksum;
    return checksum;
  }

  async function sign(partNumbers: readonly number[]): Promise<Map<number, SignedRequest>> {
    const parts: { partNumber: number; checksum: string }[] = [];
    for (const partNumber of partNumbers)
      parts.push({ partNumber, checksum: await checksumOfPart(partNumber) });
    const signed = await callApi(deps, { signal, attempts: MANY_ATTEMPTS }, () =>
      deps.api.uploads.sign.mutate({ token, parts }, { signal }),
    );
    return toRequests(signed, parts);
  }

  function prepare(window: number): Promise<Map<number, SignedRequest>> {
    let prepared = windows.get(window);
    if (prepared === undefined) {
      prepared = sign(partsOfWindow(plan, first, window));
      windows.set(window, prepared);
      prepared.catch(() => {}); // whoever needs a part of it awaits the same promise, and gets the error
    }
    return prepared;
  }

  const fromWaybill = firstChecksums.map((checksum, index) => ({ partNumber: index + 1, checksum }));
  windows.set(0, Promise.resolve(toRequests(waybill.parts, fromWaybill)));

  return {
    async request(partNumber) {
      const window = windowOf(partNumber);
      const current = prepare(window);
      if (window < windowOf(plan.partCount)) void prepare(window + 1);
      windows.delete(window - 2); // long sent
      const request = (await current).get(partNumber);
      return request ?? this.renew(partNumber);
    },
    async renew(partNumber) {
      const [request] = (await sign([partNumber])).values();
      if (request === undefined) throw new TypeError("The API signed fewer parts than it was asked to.");
      return request;
    },
    checksum: checksumOfPart,
    async checksums() {
      const all: string[] = [];
      for (let partNumber = 1; partNumber <= plan.partCount; partNumber++)
        all.push(await checksumOfPart(partNumber));
      return all;
    },
  };
}

function partsOfWindow(plan: UploadPlan, first: number, window: number): number[] {
  const from = first + (window - 1) * WINDOW + 1;
  return Array.from({ length: Math.min(WINDOW, plan.partCount - from + 1) }, (_, index) => from + index);
}

function toRequests(
  { template, signatures }: SignedParts,
  parts: readonly { partNumber: number; checksum: string }[],
): Map<number, SignedRequest> {
  const requests = new Map<number, SignedRequest>();
  for (const [index, part] of parts.entries()) {
    const signature = unpackSignature(signatures, index);
    if (signature !== undefined) requests.set(part.partNumber, partRequest(template, { ...part, signature }));
  }
  return requests;
}
