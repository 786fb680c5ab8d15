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
  /** Undefined: it was begun before. */
  routeReason?: string | undefined;
  /** Undefined: for ever, or it was stored before. */
  retentionDays?: number | undefined;
  plan: UploadPlan;
  /** Which checksum the store takes of each part. */
  integrity: Integrity;
  /** That of each part, once it is known, by `partNumber - 1`. */
  checksums: (string | undefined)[];
  /** Of parts that are being hashed, by number. */
  hashing: Map<number, Promise<string>>;
  /** Parts that the store has, by number. */
  acknowledged: Set<number>;
  /** Parts that the store says it has: each is to be held against the source. */
  claimed: UploadedPart[];
  /** Requests that came with the waybill. */
  signed: Map<number, SignedRequest>;
  /** Whether the API has to be told that all has arrived. */
  mustComplete: boolean;
  /** What the store answered to a single PUT, where it could be read and is enough. */
  stored?: { eTag: string; checksum: string } | undefined;
  /** It is in the store already, and is the source. */
  object?: StoredObject | undefined;
}

/** What is known of the parts' checksums. */
export type Hashes = Pick<UploadSession, "plan" | "integrity" | "checksums" | "hashing">;

/** Of a part, hashed once however often it is asked for. */
export async function checksumOfPart<Body>(
  { source, signal }: Pick<UploadRun<Body>, "source" | "signal">,
  { plan, integrity, checksums, hashing }: Hashes,
  partNumber: number,
): Promise<string> {
  const known = checksums[partNumber - 1] ?? hashing.get(partNumber);
  if (known !== undefined) return known;
  const { start, end } = partRange(plan, partNumber);
  const checksum = source.checksum(start, end, integrity, signal);
  hashing.set(partNumber, checksum);
  try {
    return (checksums[partNumber - 1] = await checksum);
  } finally {
    hashing.delete(partNumber);
  }
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
  begun: Pick<UploadSession, "token" | "route" | "routeReason" | "retentionDays" | "plan" | "integrity"> & {
    parts: UploadedPart[];
  },
): UploadSession {
  return {
    mustComplete: true,
    ...begun,
    key,
    uploadId,
    checksums: [],
    hashing: new Map(),
    acknowledged: new Set(),
    claimed: begun.parts,
    signed: new Map(),
  };
}
