import type { Fault } from "@waybill/local-aws";
import { PART_BYTES } from "../sizes.ts";
import type { FaultRow } from "./fault-row.ts";
import { isPart, once, STRUCK_PART } from "./matching.ts";

/**
 * Whoever has a smaller rate than a kernel's window per watch period cannot be told from one that stalls, so
 * this is more than 1 KB/s, and still much less than a part needs to arrive within the limit.
 */
const DRIP_BYTES_PER_SECOND = 40 * 1024;

const MIDDLE = PART_BYTES / 2;
const END = PART_BYTES - 1;

export const BROKEN_PARTS: readonly FaultRow[] = [
  onPart("reset-before", "connection reset before a part's body", "resets it at its head", { kind: "reset" }),
  onPart("reset-middle", "connection reset in the middle of a part", "resets it in the middle of its body", {
    kind: "reset",
    afterRequestBytes: MIDDLE,
  }),
  onPart("reset-after", "connection reset at the end of a part", "resets it at the last byte of its body", {
    kind: "reset",
    afterRequestBytes: END,
  }),
  onPart(
    "answer-lost",
    "answer lost after the part was stored",
    "stores it, and resets instead of answering",
    {
      kind: "loseAnswer",
    },
  ),
  onPart("stall-start", "stall at the start of a part", "takes its head and nothing more", { kind: "stall" }),
  onPart("stall-middle", "stall in the middle of a part", "stops reading in the middle of its body", {
    kind: "stall",
    afterRequestBytes: MIDDLE,
  }),
  onPart("stall-end", "stall at the end of a part", "reads all but one byte, and is silent", {
    kind: "stall",
    afterRequestBytes: END,
  }),
  {
    name: "slow-drip",
    title: "slow drip on one connection",
    how: `a proxy lets part ${STRUCK_PART} through at ${DRIP_BYTES_PER_SECOND / 1024} KiB/s, once: it moves all the time, and needs longer than the limit`,
    task: "upload",
    strike({ rig }) {
      rig.addRule(once(isPart, { kind: "drip", bytesPerSecond: DRIP_BYTES_PER_SECOND }));
    },
  },
  onPart(
    "corrupted-part",
    "a byte of a part is another",
    "gets one byte inverted, before it checks anything",
    {
      kind: "corrupt",
      body: "request",
      offset: MIDDLE,
    },
  ),
  {
    name: "part-lost",
    title: "part acknowledged, and missing from ListParts",
    how: `a proxy answers part ${STRUCK_PART} once with 200 and its ETag, and the store never sees it`,
    task: "upload",
    strike({ rig }) {
      rig.addRule(once(isPart, { kind: "pretend" }));
    },
  },
];

function onPart(name: string, title: string, what: string, action: Fault["action"]): FaultRow {
  return {
    name,
    title,
    how: `the store, at part ${STRUCK_PART}, once: ${what}`,
    task: "upload",
    strike({ rig }) {
      rig.inject({ match: { operation: "UploadPart", partNumber: STRUCK_PART }, count: 1, action });
    },
  };
}
