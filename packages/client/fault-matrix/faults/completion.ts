import type { Fault } from "@waybill/local-aws";
import type { FaultRow } from "./fault-row.ts";
import { isComplete, once } from "./matching.ts";

const ONCE = 1;

export const COMPLETION: readonly FaultRow[] = [
  onComplete("complete-500", "500 InternalError on Complete, once", "answers 500 and does nothing", ONCE, {
    kind: "error",
    code: "InternalError",
  }),
  onComplete(
    "complete-error-once",
    "200 with an error in the body of Complete, once",
    "answers 200 with `<Error>` and does nothing",
    ONCE,
    { kind: "errorInBody" },
  ),
  {
    ...onComplete(
      "complete-error-always",
      "200 with an error in the body of Complete, always",
      "answers 200 with `<Error>` and does nothing, whenever it is asked",
      undefined,
      { kind: "errorInBody" },
    ),
    limitSeconds: 180, // ours has patience for two minutes
  },
  onComplete(
    "complete-answer-lost",
    "answer of Complete lost",
    "publishes, and resets instead of answering",
    ONCE,
    { kind: "loseAnswer" },
  ),
  {
    name: "complete-answer-truncated",
    title: "answer of Complete truncated",
    how: "a proxy ends the connection after 100 bytes of the answer's body, once",
    task: "upload",
    strike({ rig }) {
      rig.addRule(once(isComplete, { kind: "truncate", afterBytes: 100 }));
    },
  },
  onComplete("complete-stall", "answer of Complete never comes", "publishes, and is silent", ONCE, {
    kind: "stall",
    work: "done",
  }),
  {
    name: "complete-twice",
    title: "Complete sent twice",
    how: "a proxy sends CompleteMultipartUpload to the store twice and gives the second answer, as one that sends again would",
    task: "upload",
    strike({ rig }) {
      rig.addRule(once(isComplete, { kind: "twice" }));
    },
  },
];

function onComplete(
  name: string,
  title: string,
  what: string,
  count: number | undefined,
  action: Fault["action"],
): FaultRow {
  return {
    name,
    title,
    how: `the store, at CompleteMultipartUpload: ${what}`,
    task: "upload",
    strike({ rig }) {
      const match = { operation: "CompleteMultipartUpload" };
      rig.inject({ match, action, ...(count === undefined ? {} : { count }) });
    },
  };
}
