import { sleep, WaybillError } from "@waybill/core";
import { findText, putText, type Store } from "@waybill/core/s3";
import { base64url } from "jose";
import { ShareRecord } from "./share-record.ts";

/** One of all who write at the same moment comes through; so many may come before us. */
const MAX_TRIES = 60;
const BASE_DELAY_MS = 10;
const MAX_DELAY_MS = 400;

export type NewRecord = Omit<ShareRecord, "turn">;

/** What is kept under a key of ours; undefined for nothing, and for what is no share. */
export async function findShare(
  store: Store,
  key: string,
): Promise<{ record: ShareRecord; eTag: string } | undefined> {
  const found = await findText(store, key);
  const parsed = found && ShareRecord.safeParse(parseJson(found.text));
  return parsed?.success === true ? { record: parsed.data, eTag: found?.eTag ?? "" } : undefined;
}

/** Keep a new share. @throws {WaybillError} `OBJECT_EXISTS` */
export async function keepShare(store: Store, key: string, record: NewRecord): Promise<void> {
  if (await write(store, { key, record: { ...record, turn: createTurn() }, replaces: undefined })) return;
  throw new WaybillError("OBJECT_EXISTS");
}

/**
 * Change a share, based on what it is at the moment of writing: nobody else's change is lost, and none is made twice.
 *
 * @param change - asked once more when somebody else was quicker; what it refuses with is the outcome
 * @throws {WaybillError} `STORAGE_BUSY` when too many others are quicker
 */
export async function changeShare<R>(
  store: Store,
  key: string,
  change: (record: ShareRecord) => { record: NewRecord } | { refused: R },
): Promise<{ refused: R | undefined } | { record: ShareRecord }> {
  const turn = createTurn();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = await findShare(store, key);
    if (found === undefined) return { refused: undefined };
    if (found.record.turn === turn) return found; // it was written, and the answer got lost
    const changed = change(found.record);
    if ("refused" in changed) return changed;
    const record = { ...changed.record, turn };
    if (await write(store, { key, record, replaces: found.eTag })) return { record };
    await sleep(Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** tries));
  }
  throw new WaybillError("STORAGE_BUSY", "Too many open this link at the same moment.");
}

/** What is counted is counted by conditional writes. @throws {WaybillError} `STORAGE_DENIED` where the store ignores them */
export async function assertCounts(store: Store, key: string, record: NewRecord): Promise<void> {
  const replaces = `"${"0".repeat(32)}"`; // not what is there
  if (!(await write(store, { key, record: { ...record, turn: createTurn() }, replaces }))) return;
  throw new WaybillError(
    "STORAGE_DENIED",
    "This store writes whatever If-Match says, so that passwords and downloads cannot be counted.",
  );
}

async function write(
  store: Store,
  { key, record, replaces }: { key: string; record: ShareRecord; replaces: string | undefined },
): Promise<boolean> {
  const text = JSON.stringify(record);
  return (await putText(store, { key, text, contentType: "application/json", replaces })) !== undefined;
}

function createTurn(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(9)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
