import type { FaultRow } from "./fault-row.ts";
import { midUpload } from "./mid-upload.ts";

/** Of these no client of the matrix has a public API that could be tried without more of an application. */
export const RESUMING: readonly FaultRow[] = [
  {
    name: "killed-and-resumed",
    title: "page reloaded or process killed, then resumed",
    how: "while a part is on its way the client is killed, and a new one goes on with the same upload",
    task: "upload",
    skip: () => "not offered",
    strike: (context) => midUpload(context, () => context.restart()),
  },
  {
    name: "resumed-twice",
    title: "two clients resume the same upload",
    how: "while a part is on its way the client is killed, and two new ones go on with the same upload",
    task: "upload",
    skip: () => "not offered",
    strike: (context) => midUpload(context, () => context.restart()),
  },
];
