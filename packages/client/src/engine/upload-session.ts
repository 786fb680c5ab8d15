import {
  chooseRoute,
  combineCrc64Nvme,
  MiB,
  MIN_PART_BYTES,
  partRange,
  planUpload,
  SavedUpload,
  WaybillError,
  type Route,
  type SignedRequest,
  type StoredObject,
  type UploadedPart,
  type UploadPlan,
} from "@waybill/core";
import { abortOnServer } from "./abort-on-server.ts";
import { callApi } from "./call-api.ts";
import { toRequests } from "./part-supply.ts";
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

/** Parts that are hashed before the waybill is asked for, so that their requests come with it: one, or more that are small. */
const MAX_FIRST_PARTS = 4;
const MAX_FIRST_BYTES = 64 * MiB;

/** Go on with what was left, where there is something; else begin. */
export async function openSession<Body>(run: UploadRun<Body>): Promise<UploadSession> {
  const { entry, options } = run;
  const left = options.resumeFrom ?? entry?.saved;
  const saved = left === undefined ? undefined : SavedUpload.safeParse(left).data;
  if (saved === undefined) return beginSession(run);
  if (isOf(saved, run)) {
    const resumed = await resumeSession(run, saved);
    if (resumed !== undefined) {
      await entry?.save(saved);
      return resumed;
    }
  } else if (options.onChangedSource === "refuse") {
    throw new WaybillError("SOURCE_CHANGED", "The file has changed since its upload was begun.");
  } else {
    await abortOnServer(run.deps, saved); // nobody will go on with it
  }
  return beginSession(run);
}

/** Whether it was begun with the source as it is now. */
function isOf<Body>({ plan, modifiedAtMs }: SavedUpload, { source }: UploadRun<Body>): boolean {
  return plan.sizeBytes === source.sizeBytes && modifiedAtMs === source.modifiedAtMs;
}

/** @returns undefined when there is nothing to go on with: it was aborted, or what was published is another object */
async function resumeSession<Body>(
  run: UploadRun<Body>,
  { key, uploadId, plan }: SavedUpload,
): Promise<UploadSession | undefined> {
  const { deps, signal } = run;
  const { sizeBytes, partSizeBytes } = plan;
  const resumed = await callApi(deps, { signal }, () =>
    deps.api.uploads.resume.mutate({ key, uploadId, sizeBytes, partSizeBytes }, { signal }),
  ).catch((error: unknown) => {
    // Somebody else is logged in now.
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return undefined;
    throw error;
  });
  if (resumed === undefined || resumed.state === "gone") return undefined;
  const session: UploadSession = {
    token: "",
    key,
    uploadId,
    route: chooseRoute(run.options.route ?? "auto"),
    plan,
    checksums: [],
    acknowledged: new Set(),
    claimed: [],
    signed: new Map(),
    object: undefined,
  };
  if (resumed.state === "open")
    return {
      ...session,
      token: resumed.token,
      route: resumed.route,
      plan: resumed.plan,
      claimed: resumed.parts,
    };
  // It was published, and nobody was told. Only the bytes say whether it is the same.
  const { object } = resumed;
  const isSame = object.checksum !== null && object.checksum.value === (await checksumOfAll(run, session));
  return isSame ? { ...session, object } : undefined;
}

async function beginSession<Body>(run: UploadRun<Body>): Promise<UploadSession> {
  const { deps, source, options, signal, entry } = run;
  const { sizeBytes } = source;
  const plan = planNew(run);
  const checksums: string[] = [];
  const firstParts = Math.max(1, Math.min(MAX_FIRST_PARTS, Math.floor(MAX_FIRST_BYTES / plan.partSizeBytes)));
  for (let partNumber = 1; partNumber <= Math.min(firstParts, plan.partCount); partNumber++) {
    const { start, end } = partRange(plan, partNumber);
    checksums.push(await source.checksum(start, end, signal));
  }
  const input = {
    collection: options.collection,
    fileName: options.fileName ?? source.fileName,
    contentType: options.contentType ?? source.contentType,
    metadata: options.metadata,
    folder: options.folder,
    route: options.route,
    sizeBytes,
    partSizeBytes: plan.kind === "multipart" ? plan.partSizeBytes : options.partSizeBytes,
    partChecksums: checksums,
  };
  const waybill = await callApi(deps, { signal }, () => deps.api.uploads.create.mutate(input, { signal }));
  const { token, key, uploadId, route } = waybill;
  if (uploadId !== undefined)
    await entry?.save({ version: 1, key, uploadId, plan: waybill.plan, modifiedAtMs: source.modifiedAtMs });
  const parts = checksums.map((checksum, index) => ({ partNumber: index + 1, checksum }));
  return {
    token,
    key,
    uploadId,
    route,
    plan: waybill.plan,
    checksums,
    acknowledged: new Set(),
    claimed: [],
    signed: new Map(toRequests(waybill.parts, parts).map(({ partNumber, request }) => [partNumber, request])),
    object: undefined,
  };
}

/** Parts as large as the line moves in good time, but enough of them to travel side by side. */
function planNew<Body>({ deps, source, options }: UploadRun<Body>): UploadPlan {
  const route = chooseRoute(options.route ?? "auto");
  const { sizeBytes } = source;
  const plan = planUpload({ sizeBytes, route, partSizeBytes: options.partSizeBytes });
  const preferred = deps.traffic.preferredPartBytes();
  if (plan.kind === "single" || options.partSizeBytes !== undefined || preferred === undefined) return plan;
  const largest = Math.max(plan.partSizeBytes, sizeBytes / (2 * deps.traffic.maxRequests));
  const partBytes = Math.min(Math.max(preferred, MIN_PART_BYTES), largest, MAX_PREFERRED_BYTES);
  return planUpload({ sizeBytes, route, partSizeBytes: Math.floor(partBytes / MiB) * MiB });
}

const MAX_PREFERRED_BYTES = 64 * MiB;

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
async function checksumOfAll<Body>(run: UploadRun<Body>, session: UploadSession): Promise<string> {
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
