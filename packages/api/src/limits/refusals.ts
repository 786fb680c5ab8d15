import { UPLOAD_LIFETIME_SECONDS, WaybillError } from "@waybill/core";

/** Nobody asks again too early by a fraction of a second. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

export function tooManyRequests(limit: number, retryAfterMs: number): WaybillError {
  const wait = seconds(retryAfterMs);
  return new WaybillError(
    "TOO_MANY_REQUESTS",
    `You may make ${limit} requests a minute, and have made them. More are possible in ${wait} s.`,
    { retryAfterMs: wait * 1000 },
  );
}

export function tooManyBytes(options: {
  limit: number;
  left: number;
  sizeBytes: number;
  nowMs: number;
  retryAfterMs: number;
}): WaybillError {
  const { limit, left, sizeBytes, nowMs, retryAfterMs } = options;
  const wait = seconds(retryAfterMs);
  return new WaybillError(
    "LIMIT_EXCEEDED",
    `You may upload ${limit} bytes a day. ${left} are left until ${timeOf(nowMs + retryAfterMs)}, and this is ${sizeBytes}.`,
    { retryAfterMs: wait * 1000 },
  );
}

/** No day is long enough. */
export function moreThanADay(limit: number, sizeBytes: number): WaybillError {
  return new WaybillError("TOO_LARGE", `You may upload ${limit} bytes a day, and this is ${sizeBytes}.`);
}

/** @param options.oldestMs - when the oldest one began, which ends with its lifetime if nobody ends it before */
export function tooManyOpen(options: { limit: number; oldestMs: number; nowMs: number }): WaybillError {
  const { limit, oldestMs, nowMs } = options;
  const endMs = oldestMs + UPLOAD_LIFETIME_SECONDS * 1000;
  return new WaybillError(
    "LIMIT_EXCEEDED",
    `You may have ${limit} uploads open, and have as many. Complete or abort one; the oldest ends by itself after ${timeOf(endMs)}.`,
    { retryAfterMs: seconds(endMs - nowMs) * 1000 },
  );
}

/** `2026-11-28 00:00 UTC` */
function timeOf(ms: number): string {
  return `${new Date(Math.ceil(ms / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const MINUTE_MS = 60_000;
