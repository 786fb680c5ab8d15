import {
  MiB,
  MIN_PART_BYTES,
  plannedRoute,
  planUpload,
  WaybillError,
  type CreateUploadOutput,
  type UploadPlan,
  type WaybillErrorCode,
} from "@waybill/core";
import { callApi } from "./call-api.ts";
import { toRequests } from "./part-supply.ts";
import { publishedSession } from "./published-session.ts";
import type { UploadRun } from "./upload-run.ts";
import { checksumOfPart, openedSession, type Hashes, type UploadSession } from "./upload-session.ts";

/** Parts that are hashed before the waybill is asked for, so that their requests come with it: one, or more that are small. */
const MAX_FIRST_PARTS = 4;
const MAX_FIRST_BYTES = 64 * MiB;

/** A call that begins an upload may still succeed for so long after nobody wants it: then it is known, and can be aborted. */
const LINGER_MS = 3000;

/** Ask for a waybill. */
export async function beginSession<Body>(run: UploadRun<Body>): Promise<UploadSession> {
  const { deps, source, options, signal, asking, entry, begun } = run;
  const plan = planNew(run);
  const { integrity } = deps; // of the last answer: if it is another one now, that is learnt with this one
  const hashes: Hashes = { plan, integrity, checksums: [], hashing: new Map() };
  const first = firstParts(plan);
  const checksums = await hashParts(run, hashes, 1, first);
  // The next ones while the call is under way. An error is heard by whoever needs one of them.
  hashParts(run, hashes, first + 1, 2 * first).catch(() => undefined);
  const input = {
    ...begun.name,
    contentType: options.contentType ?? source.contentType,
    route: options.route,
    sizeBytes: source.sizeBytes,
    partSizeBytes: plan.kind === "multipart" ? plan.partSizeBytes : options.partSizeBytes,
    partChecksums: options.route === "credentials" ? [] : checksums, // else they come signed
  };
  const session = await callApi(deps, { signal, patience: asking }, async () => {
    const found = begun.isAsked ? await findBegun(run, plan) : undefined;
    if (found !== undefined) return found;
    using _ = await deps.beginning.take(signal);
    const wasAsked = begun.isAsked;
    begun.isAsked = true;
    const waybill = await deps.api.uploads.create
      .mutate(input, { signal: lingering(signal) })
      .catch((error: { data?: { waybillCode?: WaybillErrorCode } }) => {
        // Whoever has to wait its turn has begun nothing, and need not ask what.
        if (error.data?.waybillCode === "TOO_MANY_REQUESTS") begun.isAsked = wasAsked;
        throw error;
      });
    deps.integrity = waybill.integrity;
    return waybill.integrity === integrity
      ? { ...sessionOf(waybill, checksums), ...hashes }
      : sessionOf(waybill, []);
  });
  const { key, uploadId } = session;
  if (uploadId !== undefined)
    await entry?.save(
      { version: 1, key, uploadId, plan: session.plan, modifiedAtMs: source.modifiedAtMs },
      { ...source, folder: options.folder },
    );
  return session;
}

function firstParts({ partSizeBytes }: UploadPlan): number {
  return Math.max(1, Math.min(MAX_FIRST_PARTS, Math.floor(MAX_FIRST_BYTES / partSizeBytes)));
}

async function hashParts<Body>(
  run: UploadRun<Body>,
  hashes: Hashes,
  from: number,
  to: number,
): Promise<string[]> {
  const checksums: string[] = [];
  for (let partNumber = from; partNumber <= Math.min(to, hashes.plan.partCount); partNumber++)
    checksums.push(await checksumOfPart(run, hashes, partNumber));
  return checksums;
}

function sessionOf(waybill: CreateUploadOutput, checksums: string[]): UploadSession {
  const parts = checksums.map((checksum, index) => ({ partNumber: index + 1, checksum }));
  const requests = toRequests(waybill, waybill.parts, parts);
  return {
    ...openedSession(waybill, { ...waybill, parts: [] }),
    signed: new Map(requests.map(({ partNumber, request }) => [partNumber, request])),
  };
}

/**
 * What an earlier call has begun, though its answer was lost.
 *
 * @throws {WaybillError} `OBJECT_EXISTS` when something else is stored there
 */
async function findBegun<Body>(run: UploadRun<Body>, plan: UploadPlan): Promise<UploadSession | undefined> {
  const { deps, signal, begun, options } = run;
  const { key, uploadIds, object, replaceable } = await deps.api.uploads.find.mutate(begun.name, { signal });
  const [uploadId] = uploadIds;
  if (object !== null) {
    const session = await publishedSession(run, { key, plan, object });
    if (session !== undefined) return session;
    if (!replaceable) throw new WaybillError("OBJECT_EXISTS", "Something else is stored there already.");
  }
  if (uploadId === undefined) return undefined;
  const { sizeBytes, partSizeBytes } = plan;
  const resumed = await deps.api.uploads.resume.mutate(
    { key, uploadId, sizeBytes, partSizeBytes, route: options.route },
    { signal },
  );
  return resumed.state === "open" ? openedSession({ key, uploadId }, resumed) : undefined;
}

/** Aborts a while after the other does. */
function lingering(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  const onAbort = () => {
    const timeout = AbortSignal.timeout(LINGER_MS);
    timeout.addEventListener("abort", () => late.abort(signal.reason), { once: true });
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return late.signal;
}

/** Parts as large as the line moves in good time, but enough of them to travel side by side. */
function planNew<Body>({ deps, source, options }: UploadRun<Body>): UploadPlan {
  const route = plannedRoute(options.route ?? "auto");
  const { sizeBytes } = source;
  const plan = planUpload({ sizeBytes, route, partSizeBytes: options.partSizeBytes });
  if (plan.kind === "single" || options.partSizeBytes !== undefined) return plan;
  const bytesPerMs = deps.traffic.usualBytesPerMs();
  const preferred = bytesPerMs === undefined ? UNKNOWN_PART_BYTES : bytesPerMs * PART_MS;
  const largest = Math.max(plan.partSizeBytes, sizeBytes / (2 * deps.traffic.maxRequests));
  const partBytes = Math.min(Math.max(preferred, MIN_PART_BYTES), largest, MAX_PREFERRED_BYTES);
  return planUpload({ sizeBytes, route, partSizeBytes: Math.ceil(partBytes / MiB) * MiB });
}

/** A part that takes so long is neither lost time in round trips nor long work when it has to be sent again. */
const PART_MS = 2000;
const MAX_PREFERRED_BYTES = 64 * MiB;
/** While nobody knows how fast the line is: a part costs a few round trips, and one that is cut off is sent again. */
const UNKNOWN_PART_BYTES = 16 * MiB;
