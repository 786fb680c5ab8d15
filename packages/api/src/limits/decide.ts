import type { WaybillError } from "@waybill/core";
import type { Ledger } from "./ledger.ts";
import type { LimitSettings } from "./limit-settings.ts";
import { moreThanADay, tooManyBytes, tooManyOpen, tooManyRequests } from "./refusals.ts";
import { countAt, DAY_MS, MINUTE_MS, msUntilNext, type Count } from "./time-windows.ts";

/** What somebody asks for. */
export type Want =
  | { kind: "request" }
  /** Whether an upload in parts could begin now: nothing is counted. */
  | { kind: "look"; sizeBytes: number; id?: undefined }
  /** Bytes; with an id an upload in parts, which may be counted already. */
  | { kind: "upload"; sizeBytes: number; id: string | undefined; isNew: boolean };

/** Requests that an instance may let pass without asking. */
export interface Lease {
  window: number;
  left: number;
}

export interface Decision {
  /** Of each want, in order: undefined where it is granted. */
  refusals: (WaybillError | undefined)[];
  ledger: Ledger;
  /** Whether what is granted has to be written first. */
  isChanged: boolean;
  /** What comes to the instance besides. */
  lease: Lease;
}

/** An instance is given a tenth of what is left, so that something is left for the next one. */
const LEASE_SHARE = 10;

/**
 * Hold what is asked for against the limits, one after the other. It knows neither stores nor time: who calls it writes
 * the ledger before anybody hears of what was granted.
 *
 * @param at.lease - what the instance has
 * @param at.oldestMs - when the oldest open upload began, as far as it is known
 */
export function decide(
  wants: readonly Want[],
  before: Ledger,
  limits: LimitSettings,
  at: { nowMs: number; lease: Lease; oldestMs: number },
): Decision {
  const { nowMs, oldestMs } = at;
  const { openUploads = Infinity, bytesPerDay = Infinity, requestsPerMinute = Infinity } = limits;
  const requests = countAt(before.requests, nowMs, MINUTE_MS);
  const bytes = { ...countAt(before.bytes, nowMs, DAY_MS) };
  const open = new Map(Object.entries(before.open));
  const taken = requestsToTake(wants, requests, requestsPerMinute, at.lease);
  let requestsLeft = taken;
  let isChanged = false;

  function refusalOf(want: Want): WaybillError | undefined {
    if (want.kind === "request") {
      if (requestsLeft === 0)
        return tooManyRequests(requestsPerMinute, msUntilNext(requests, nowMs, MINUTE_MS));
      requestsLeft -= 1;
      isChanged = true;
      return undefined;
    }
    if (opens(want, open) && open.size >= openUploads)
      return tooManyOpen({ limit: openUploads, oldestMs, nowMs });
    const counted = want.id === undefined ? undefined : open.get(want.id);
    const sizeBytes = Math.max(0, want.sizeBytes - (counted ?? 0));
    const left = Math.max(0, bytesPerDay - bytes.given);
    if (sizeBytes > bytesPerDay) return moreThanADay(bytesPerDay, sizeBytes);
    if (sizeBytes > left) {
      const retryAfterMs = msUntilNext(bytes, nowMs, DAY_MS);
      return tooManyBytes({ limit: bytesPerDay, left, sizeBytes, nowMs, retryAfterMs });
    }
    if (want.kind === "look") return undefined;
    bytes.given += sizeBytes;
    if (sizeBytes > 0 || (want.id !== undefined && counted === undefined)) isChanged = true;
    if (want.id !== undefined) open.set(want.id, (counted ?? 0) + sizeBytes);
    return undefined;
  }

  const refusals = wants.map(refusalOf);
  return {
    refusals,
    isChanged,
    lease: { window: requests.window, left: requestsLeft },
    ledger: {
      ...before,
      requests: { ...requests, given: requests.given + taken },
      bytes,
      open: Object.fromEntries(open),
    },
  };
}

/**
 * Whether the store has to be asked first which uploads are still open: nobody tells a ledger of those that have ended.
 */
export function mustSeeUploads(
  wants: readonly Want[],
  { open, lookAt }: Ledger,
  { openUploads = Infinity }: LimitSettings,
): boolean {
  const counted = new Map(Object.entries(open));
  const opening = wants.filter((want) => opens(want, counted)).length;
  return opening > 0 && counted.size + opening > Math.min(openUploads, lookAt);
}

/** Whether one more would be open. One that is gone on with is open already, whoever began it. */
function opens(want: Want, open: ReadonlyMap<string, number>): boolean {
  if (want.kind === "look") return true;
  return want.kind === "upload" && want.isNew && want.id !== undefined && !open.has(want.id);
}

/** Every write brings a lease along where there is none left; but a lease alone is no reason to write. */
function requestsToTake(
  wants: readonly Want[],
  { window, given }: Count,
  limit: number,
  lease: Lease,
): number {
  if (limit === Infinity) return 0;
  const waiting = wants.filter(({ kind }) => kind === "request").length;
  if (waiting === 0 && lease.left > 0 && lease.window >= window) return 0;
  const left = Math.max(0, limit - given);
  return Math.min(left, Math.max(waiting, Math.ceil(left / LEASE_SHARE)));
}
