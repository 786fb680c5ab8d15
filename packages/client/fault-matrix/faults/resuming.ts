import type { ClientName } from "../clients.ts";
import type { FaultRow, Skip } from "./fault-row.ts";
import { midUpload } from "./mid-upload.ts";

/** The others have nothing, or a plugin that keeps the file's bytes in the browser. */
const skip = (client: ClientName): Skip | undefined =>
  client.startsWith("waybill") ? undefined : "not offered";

export const RESUMING: readonly FaultRow[] = [
  {
    name: "killed-and-resumed",
    title: "page closed or process killed, then the same again",
    how: "while a part is on its way the client is killed, and a new one is given the same file",
    task: "upload",
    skip,
    strike: (context) =>
      midUpload(context, async (release) => {
        await context.restart();
        release();
      }),
  },
  {
    name: "resumed-twice",
    title: "two clients go on with the same upload",
    how: "while a part is on its way the client is killed, and two new ones are given the same file; both must succeed",
    task: "upload",
    skip,
    strike: (context) =>
      midUpload(context, async (release) => {
        await context.restart(2);
        release();
      }),
  },
];
