import {
  combineCrc64Nvme,
  partRange,
  type Route,
  type SignedRequest,
  type StoredObject,
  type UploadedPart,
  type UploadPlan,
} from "@waybill/core";
import type { UploadRun } from "./upload-run.ts";

/** What is known of an upload that the server has begun; it lives through pauses. */
export interface UploadSession {
  token: string;
  key: string;
  /** Undefined for a single PUT. */
  uploadId: string | undefined;
  route: Route;
  plan: UploadPlan;
  /** CRC64NVME of each part, once it is known, by `partNumber - 1`. */
  checksums: (string | undefined)[];
  /** Parts that the store has, by number. */
  acknowledged: Set<number>;
  /** Parts that the store says it has: each is to be held against the source. */
  claimed: UploadedPart[];
  /** Requests that came with the waybill. */
  signed: Map<number, SignedRequest>;
  /** It is in the store already, and is the source. */
  object: StoredObject | undefined;
}

/** CRC64NVME of a part, hashed once however often it is asked for. */
export async function checksumOfPart<Body>(
  { source, signal }: UploadRun<Body>,
  session: UploadSession,
  partNumber: number,
): Promise<string> {
  const known = session.checksums[partNumber - 1];
  if (known !== undefined) return known;
  const { start, end } = partRange(session.plan, partNumber);
  const checksum = await source.checksum(start, end, signal);
  session.checksums[partNumber - 1] = checksum;
  return checksum;
}

/** CRC64NVME of the whole, combined from those of the parts. */
export async function checksumOfAll<Body>(run: UploadRun<Body>, session: UploadSession): Promise<string> {
  return combineCrc64Nvme(await checksummedParts(run, session));
}

/** The CRC64NVME of every part, in order. */
export async function checksummedParts<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
): Promise<{ value: string; sizeBytes: number }[]> {
  const { plan } = session;
  const parts: { value: string; sizeBytes: number }[] = [];
  for (let partNumber = 1; partNumber <= plan.partCount; partNumber++) {
    const { start, end } = partRange(plan, partNumber);
    parts.push({ value: await checksumOfPart(run, session, partNumber), sizeBytes: end - start });
  }
  return parts;
}

/** A session of what the server has begun, with nothing known of its parts but what the store claims. */
export function openedSession(
  { key, uploadId }: { key: string; uploadId?: string | undefined },
  { token, route, plan, parts }: { token: string; route: Route; plan: UploadPlan; parts: UploadedPart[] },
): UploadSession {
  return {
    token,
    key,
    uploadId,
    route,
    plan,
    checksums: [],
    acknowledged: new Set(),
    claimed: parts,
    signed: new Map(),
    object: undefined,
  };
}
