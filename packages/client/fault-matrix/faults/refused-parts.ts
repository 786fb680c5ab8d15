import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "@waybill/local-aws";
import type { FaultRow } from "./fault-row.ts";
import { isPart, once, STRUCK_PART } from "./matching.ts";

type ErrorCode = Extract<Fault["action"], { kind: "error" }>["code"];

const STORM_MS = 6000;
const RETRY_AFTER_SECONDS = 2;

export const REFUSED_PARTS: readonly FaultRow[] = [
  refusedOnce(400, "InvalidRequest"),
  refusedOnce(403, "AccessDenied"),
  refusedOnce(404, "NoSuchUpload"),
  answeredOnce(408, "Request Timeout"),
  answeredOnce(429, "Too Many Requests"),
  refusedOnce(500, "InternalError"),
  refusedOnce(503, "ServiceUnavailable"),
  {
    name: "slow-down-storm",
    title: "503 SlowDown storm, Retry-After 2",
    how: `for ${STORM_MS / 1000} s from the first part on the store answers each UploadPart with 503 \`SlowDown\` and \`Retry-After: ${RETRY_AFTER_SECONDS}\``,
    task: "upload",
    async strike({ rig, signal }) {
      using storm = rig.inject({
        match: { operation: "UploadPart" },
        action: { kind: "error", code: "SlowDown", retryAfterSeconds: RETRY_AFTER_SECONDS },
      });
      await storm.waitForHit({ signal });
      await sleep(STORM_MS, undefined, { signal });
    },
  },
];

function refusedOnce(status: number, code: ErrorCode): FaultRow {
  return {
    name: `part-${status}`,
    title: `${status} ${code} on a part, once`,
    how: `the store answers part ${STRUCK_PART} once with ${status} \`${code}\``,
    task: "upload",
    strike({ rig }) {
      rig.inject({
        match: { operation: "UploadPart", partNumber: STRUCK_PART },
        count: 1,
        action: { kind: "error", code },
      });
    },
  };
}

function answeredOnce(status: number, reason: string): FaultRow {
  return {
    name: `part-${status}`,
    title: `${status} ${reason} on a part, once`,
    how: `a proxy takes part ${STRUCK_PART} once and answers ${status} in plain text`,
    task: "upload",
    strike({ rig }) {
      const headers = { "content-type": "text/plain" };
      rig.addRule(once(isPart, { kind: "answer", status, headers, body: reason }));
    },
  };
}
