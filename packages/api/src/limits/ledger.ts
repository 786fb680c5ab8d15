import { SizeBytes } from "@waybill/core";
import * as z from "zod/mini";

const Count = z.object({ window: z.int().check(z.minimum(0)), given: z.int().check(z.minimum(0)) });

/** All that is counted of one principal: one record, which one write replaces. */
export const Ledger = z.object({
  version: z.literal(1),
  /** Per minute. An instance is given some at once, and spends them without asking again. */
  requests: Count,
  /** Per day. */
  bytes: Count,
  /** Uploads in parts that may be open: a digest of the uploadId, and the bytes that were counted for it. */
  open: z.record(z.string(), SizeBytes),
  /** With so many of them it is worth while to ask the store which of them are still open. */
  lookAt: z.int(),
  /** The last writes, the newest first: by which a writer finds out that its own was carried out, though the answer was lost. */
  writes: z.array(z.string()),
});
export type Ledger = z.infer<typeof Ledger>;

/** The least at which the store is asked; twice as many as were open the last time, else. */
const MIN_LOOK_AT = 64;

/** As many writes of others may come between one and the answer to it. */
const MAX_WRITES = 16;

export const EMPTY_LEDGER: Ledger = {
  version: 1,
  requests: { window: 0, given: 0 },
  bytes: { window: 0, given: 0 },
  open: {},
  lookAt: MIN_LOOK_AT,
  writes: [],
};

/** The ledger as it is written, signed by its writer. */
export function formatLedger(ledger: Ledger, writeId: string): { ledger: Ledger; text: string } {
  const signed = { ...ledger, writes: [writeId, ...ledger.writes].slice(0, MAX_WRITES) };
  return { ledger: signed, text: JSON.stringify(signed) };
}

/** What the store says of a principal's open uploads. */
export interface SeenUploads {
  uploads: { id: string; initiatedAtMs: number; isOwn: boolean }[];
  /** False when there are more than anybody wants to list. */
  isAll: boolean;
}

/** What is open for so long, and in no ledger, is not one that is just about to be counted. */
const JUST_BEGUN_MS = 60_000;

/**
 * The ledger with the uploads that are open, as the store says. What it held before and is not listed has been completed
 * or aborted, as nothing comes into a ledger before it is in the store.
 *
 * @param ledger - read before the store was asked; it need not be the latest, as who writes it finds out
 * @returns and when the oldest of them began
 */
export function withOpenUploads(
  ledger: Ledger,
  { uploads, isAll }: SeenUploads,
  nowMs: number,
): { ledger: Ledger; oldestMs: number } {
  const listed = new Set(uploads.map(({ id }) => id));
  const kept = Object.entries(ledger.open).filter(([id]) => listed.has(id) || !isAll);
  // In a prefix of its own everything is its own, however it was begun: with credentials, or before anybody counted.
  const adopted = uploads.filter(
    ({ id, isOwn, initiatedAtMs }) =>
      isOwn && !Object.hasOwn(ledger.open, id) && initiatedAtMs < nowMs - JUST_BEGUN_MS,
  );
  const open = Object.fromEntries([...kept, ...adopted.map(({ id }) => [id, 0] as const)]);
  const began = uploads.filter(({ id }) => Object.hasOwn(open, id)).map(({ initiatedAtMs }) => initiatedAtMs);
  const lookAt = Math.max(MIN_LOOK_AT, 2 * Object.keys(open).length);
  return { ledger: { ...ledger, open, lookAt }, oldestMs: Math.min(nowMs, ...began) };
}
