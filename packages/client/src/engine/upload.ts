import {
  createKeyId,
  WaybillError,
  type FolderPlace,
  type Route,
  type RouteChoice,
  type SavedUpload,
} from "@waybill/core";
import { loadAbort } from "./load-abort.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createPatience } from "./patience.ts";
import type { Source, Transport } from "./platform.ts";
import { createProgressMeter, type Progress } from "./progress.ts";
import { lookAgain, publish, type PublishedObject } from "./publish.ts";
import { sendMissingParts } from "./send-missing-parts.ts";
import { createTransfer, type Ending, type Transfer, type TransferRun } from "./transfer.ts";
import type { JournalEntry } from "./upload-journal.ts";
import type { UploadName, UploadRun } from "./upload-run.ts";
import { openSession } from "./open-session.ts";
import type { UploadSession } from "./upload-session.ts";

export interface UploadOptions {
  /** Default `files`. */
  collection?: string | undefined;
  /** Default: the source's own name. */
  fileName?: string | undefined;
  /** Default: the source's own type, else `application/octet-stream`. */
  contentType?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Where it belongs, when it is one of a folder's files. */
  folder?: FolderPlace | undefined;
  /** With `folder`: an earlier run may have begun or finished it, so that is looked at first. */
  mayBeThere?: boolean | undefined;
  /** Default `auto`. */
  route?: RouteChoice | undefined;
  /** 5 MiB to 5 GiB; chosen by size, and by what is known of the line, when left out. */
  partSizeBytes?: number | undefined;
  /** The most parts of this upload that are in flight at once. Default: what all transfers may have together. */
  concurrency?: number | undefined;
  /** Aborting it stops the sockets; what has arrived is given up, but for `keepPartial`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * When it is aborted or fails, leave what has arrived in the store, for a later upload of the same
   * source, with the client's journal or `resumeFrom`, to go on with. Default false. What a killed process leaves
   * is taken up in any case.
   */
  keepPartial?: boolean | undefined;
  /** Go on with this, of the `state` of an upload that was broken off: on another machine, for instance. */
  resumeFrom?: SavedUpload | undefined;
  /** When the source was changed since the upload that is gone on with began. Default `restart`. */
  onChangedSource?: "restart" | "refuse" | undefined;
}

export interface UploadResult extends PublishedObject {
  route: Route;
  /** Why it is that one, in a sentence for people. Undefined: what was begun before went on. */
  routeReason: string | undefined;
  /** It is removed so many days after its upload began. Undefined: never; or it was there already, and nobody has said. */
  retentionDays: number | undefined;
  partCount: number;
  /** Bytes that an earlier run had brought already. */
  resumedBytes: number;
  durationMs: number;
}

/** So often what the store turns out to lack is sent again. */
const MAX_REPAIRS = 3;

/**
 * Move a source into the store: plan, ask for a waybill, send the parts, have them published.
 *
 * @param open - opens the source; it is closed when the upload has ended
 * @returns its `result` resolves only when the store's own checksum of the object, which it names, equals that of the
 *   source, and rejects with a `WaybillError` that says why
 */
export function startUpload<Body>(
  deps: EngineDeps,
  open: () => Promise<Source<Body>>,
  transport: Transport<Body>,
  options: UploadOptions = {},
): Transfer<UploadResult> {
  const startedAtMs = deps.nowMs();
  let source: Source<Body> | undefined;
  let entry: JournalEntry | undefined;
  let session: UploadSession | undefined;
  let begun: UploadRun<Body>["begun"] | undefined;
  let resumedBytes = 0;

  async function run(transferRun: TransferRun): Promise<UploadResult> {
    const { signal, onWait } = transferRun;
    using turn = await deps.turns.take(signal);
    source ??= await open();
    entry ??= await holdEntry(deps, source, options);
    const patientFor = (limitMs: () => number) => createPatience(deps, { signal, limitMs, onWait });
    const patience = patientFor(() => deps.patienceMs);
    begun ??= { name: nameOf(source, options), isAsked: options.mayBeThere ?? false };
    const uploadRun: UploadRun<Body> = {
      deps,
      source,
      transport,
      options,
      signal,
      patience,
      asking: patientFor(() => (deps.isKnown ? deps.patienceMs : 0)),
      begun,
      entry,
    };
    if (session === undefined) {
      session = await openSession(uploadRun);
      patience.progressed();
      resumedBytes = bytesThere(session);
    }
    if (session.plan.kind === "multipart") turn[Symbol.dispose](); // it may take long
    const object = await carry(uploadRun, session, transferRun, options.onProgress);
    const { partCount } = session.plan;
    return { ...object, ...wayOf(session), partCount, resumedBytes, durationMs: deps.nowMs() - startedAtMs };
  }

  async function end(ending: Ending, error: unknown): Promise<void> {
    // Without a session it did not come so far as to look at what an earlier run has left: that stays.
    const keep = session === undefined || (options.keepPartial && mayGoOn(ending, error));
    const isGivenUp = ending === "cancelled" || (ending !== "done" && !keep);
    const known = session ?? entry?.saved;
    if (isGivenUp && known !== undefined) await (await loadAbort())?.abortOnServer(deps, known);
    if (session === undefined && begun?.isAsked) await (await loadAbort())?.abortByName(deps, begun.name);
    if (isGivenUp || ending === "done") await entry?.remove();
    else await entry?.release();
    await source?.[Symbol.asyncDispose]();
  }

  return createTransfer({ signal: options.signal, run, end });
}

function nameOf<Body>(source: Source<Body>, options: UploadOptions): UploadName {
  const { collection, fileName = source.fileName, folder, metadata } = options;
  return { collection, fileName, id: createKeyId(new Date()), folder, metadata };
}

/** Send what is missing, and publish it; send again what the store turns out to lack. */
async function carry<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  { step, onProgress }: TransferRun,
  alsoTell: ((progress: Progress) => void) | undefined,
): Promise<PublishedObject> {
  const { deps, source } = run;
  const meter = createProgressMeter({
    totalBytes: source.sizeBytes,
    nowMs: deps.nowMs,
    report(progress) {
      onProgress(progress);
      alsoTell?.(progress);
    },
  });
  const { key, uploadId, plan } = session;
  const { modifiedAtMs } = source;
  const saved =
    uploadId === undefined ? undefined : { version: 1 as const, key, uploadId, plan, modifiedAtMs };
  for (let repairs = 0; ; repairs++) {
    try {
      step({ type: "moving", saved, way: wayOf(session) });
      if (session.object === undefined)
        await sendMissingParts(run, session, ({ onWire, acknowledged }) =>
          meter.update(onWire, acknowledged),
        );
      // What was sent in one request has been read as a whole, and has the checksum that was signed.
      if (plan.kind === "multipart") await source.assertUnchanged();
      step({ type: "finishing" });
      return await publish(run, session);
    } catch (error) {
      if (repairs === MAX_REPAIRS || !(await lookAgain(run, session, error))) throw error;
    }
  }
}

function wayOf({ route, routeReason, retentionDays }: UploadSession) {
  return { route, routeReason, retentionDays };
}

function bytesThere({ object, claimed }: UploadSession): number {
  return object?.sizeBytes ?? claimed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Only what can be had again in another run is worth noting. */
async function holdEntry<Body>(
  { journal, apiUrl }: EngineDeps,
  { identity }: Source<Body>,
  { collection = "files", folder }: UploadOptions,
): Promise<JournalEntry | undefined> {
  if (identity === undefined) return undefined;
  return journal?.hold(JSON.stringify([apiUrl, collection, identity, folder]));
}

/** Whether a later run could do better. */
function mayGoOn(ending: Ending, error: unknown): boolean {
  if (ending === "aborted") return true;
  return error instanceof WaybillError && (error.retryable || LOGIN_CODES.has(error.code));
}

const LOGIN_CODES: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "FORBIDDEN", "GRANT_EXPIRED"]);
