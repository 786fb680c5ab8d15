import {
  partRange,
  type Checksum,
  type Integrity,
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
  /** Which checksum the store takes of each part. */
  integrity: Integrity;
  /** That of each part, once it is known, by `partNumber - 1`. */
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

/** Of a part, hashed once however often it is asked for. */
export async function checksumOfPart<Body>(
  { source, signal }: UploadRun<Body>,
  session: UploadSession,
  partNumber: number,
): Promise<string> {
  const known = session.checksums[partNumber - 1];
  if (known !== undefined) return known;
  const { start, end } = partRange(session.plan, partNumber);
  const checksum = await source.checksum(start, end, session.integrity, signal);
  session.checksums[partNumber - 1] = checksum;
  return checksum;
}

/** Of every part, in order, and what the store must say of the whole. */
export async function checksumsOfAll<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
): Promise<{ partChecksums: string[]; checksum: Checksum }> {
  const { plan } = session;
  const partChecksums: string[] = [];
  for (let partNumber = 1; partNumber <= plan.partCount; partNumber++)
    partChecksums.push(await checksumOfPart(run, session, partNumber));
  const checksum = await run.deps.wholeChecksum(session.integrity, plan, partChecksums);
  return { partChecksums, checksum };
}

/** A session of what the server has begun, with nothing known of its parts but what the store claims. */
export function openedSession(
  { key, uploadId }: { key: string; uploadId?: string | undefined },
  begun: Pick<UploadSession, "token" | "route" | "plan" | "integrity"> & { parts: UploadedPart[] },
): UploadSession {
  const { token, route, plan, integrity, parts } = begun;
  return {
    token,
    route,
    plan,
    integrity,
    key,
    uploadId,
    checksums: [],
    acknowledged: new Set(),
    claimed: parts,
    signed: new Map(),
    object: undefined,
  };
}
