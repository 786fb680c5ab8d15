import type { ApiDeps } from "../context.ts";
import { findShared } from "./find-shared.ts";
import { changeShare, findShare, type NewRecord } from "./kept-shares.ts";
import { shareKeyOfLink } from "./share-link.ts";
import { isPassword } from "./share-password.ts";
import { stateOfShare, type ShareRecord } from "./share-record.ts";

/** Life of what a link leads to, in seconds. A download that has begun by then goes on. */
const REDIRECT_SECONDS = 60;
const MAX_ATTEMPTS = 10;
const ATTEMPTS_WINDOW_MS = 3600_000;

export type Opening =
  | { kind: "redirect"; url: string; expiresAt: string }
  /** Somebody has to ask for it in so many words, since it is counted. */
  | { kind: "form"; asksPassword: true }
  | { kind: "form"; asksPassword: false; fileName: string; sizeBytes: number }
  | Refusal;

type Refusal =
  | { kind: "not-found" }
  /** It was a link once: expired, used up, of an object that is another now, or of a sharer who may not read it any more. */
  | { kind: "ended" }
  | { kind: "wrong-password" }
  | { kind: "too-many-attempts"; retryAfterSeconds: number };

/**
 * What a link leads to now, and which object it is of.
 *
 * @param link - what follows `/s/`
 * @param taken - somebody asks for the object, with this password; undefined: somebody looks, and nothing is counted
 */
export async function openShare(
  deps: ApiDeps,
  link: string,
  taken?: { password: string },
): Promise<{ opening: Opening; sharedKey?: string }> {
  const key = shareKeyOfLink(link);
  const found = key === undefined ? undefined : await findShare(deps.store, key);
  if (key === undefined || found === undefined) return { opening: { kind: "not-found" } };
  return { opening: await openFound(deps, key, found.record, taken), sharedKey: found.record.key };
}

async function openFound(
  deps: ApiDeps,
  key: string,
  record: ShareRecord,
  taken: { password: string } | undefined,
): Promise<Opening> {
  const { store, now } = deps;
  if (stateOfShare(record, now()) !== "open") return { kind: "ended" };
  const isCounted = record.password !== null || record.downloads !== null;
  if (isCounted && taken === undefined) return formOf(deps, record);
  if (record.password !== null) {
    const refusal = await tryPassword(deps, key, taken?.password ?? "");
    if (refusal !== undefined) return refusal;
  }
  const shared = await findShared(deps, record);
  if (shared === undefined) return { kind: "ended" };
  const { request, expiresAt } = await deps.signer.signGet({
    key: record.key,
    fileName: shared.object.fileName,
    disposition: record.disposition,
    asked: REDIRECT_SECONDS,
    policy: shared.collection.expiresIn.download,
  });
  const redirect = { kind: "redirect" as const, url: request.url, expiresAt: expiresAt.toISOString() };
  if (!isCounted) return redirect;
  const counted = await changeShare<Refusal>(store, key, (latest) =>
    stateOfShare(latest, now()) === "open" ? { record: downloaded(latest) } : { refused: { kind: "ended" } },
  );
  if ("refused" in counted) return counted.refused ?? { kind: "not-found" };
  return redirect;
}

async function formOf(deps: ApiDeps, record: ShareRecord): Promise<Opening> {
  const shared = await findShared(deps, record);
  if (shared === undefined) return { kind: "ended" };
  if (record.password !== null) return { kind: "form", asksPassword: true };
  const { fileName, sizeBytes } = shared.object;
  return { kind: "form", asksPassword: false, fileName, sizeBytes };
}

/** Every attempt is counted before it is looked at, so that many at once are not more than many. */
async function tryPassword(
  { store, now }: ApiDeps,
  key: string,
  password: string,
): Promise<Refusal | undefined> {
  const counted = await changeShare<Refusal>(store, key, (record) => attempted(record, now()));
  if ("refused" in counted) return counted.refused ?? { kind: "not-found" };
  const { password: hash } = counted.record;
  return hash !== null && (await isPassword(password, hash)) ? undefined : { kind: "wrong-password" };
}

function attempted(record: ShareRecord, now: Date): { record: NewRecord } | { refused: Refusal } {
  const leftMs = Date.parse(record.attempts.since) + ATTEMPTS_WINDOW_MS - now.getTime();
  const { since, count } = leftMs <= 0 ? { since: now.toISOString(), count: 0 } : record.attempts;
  if (count >= MAX_ATTEMPTS)
    return { refused: { kind: "too-many-attempts", retryAfterSeconds: Math.ceil(leftMs / 1000) } };
  return { record: { ...record, attempts: { since, count: count + 1 } } };
}

/** One download more; and the attempt at the password, if there was one, was a good one. */
function downloaded(record: ShareRecord): NewRecord {
  const { attempts, downloads, password } = record;
  return {
    ...record,
    attempts: password === null ? attempts : { ...attempts, count: Math.max(0, attempts.count - 1) },
    downloads: downloads && { ...downloads, count: downloads.count + 1 },
  };
}
