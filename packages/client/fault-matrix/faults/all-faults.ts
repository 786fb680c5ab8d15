import { BROKEN_PARTS } from "./broken-parts.ts";
import { COMPLETION } from "./completion.ts";
import { DOWNLOADS } from "./downloads.ts";
import { EXPIRY } from "./expiry.ts";
import type { FaultRow } from "./fault-row.ts";
import { OUTAGES } from "./outages.ts";
import { REFUSED_PARTS } from "./refused-parts.ts";
import { RESUMING } from "./resuming.ts";
import { SOURCES } from "./sources.ts";

/** The rows, in this order. */
export const ALL_FAULTS: readonly FaultRow[] = [
  {
    name: "none",
    title: "nothing, for comparison",
    how: "upload without a fault",
    task: "upload",
    strike: ({ rig }) => rig.struck(),
  },
  ...REFUSED_PARTS,
  ...BROKEN_PARTS,
  ...EXPIRY,
  ...OUTAGES,
  ...COMPLETION,
  ...SOURCES,
  ...RESUMING,
  ...DOWNLOADS,
];
