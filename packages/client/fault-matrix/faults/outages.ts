import { setTimeout as sleep } from "node:timers/promises";
import { CLIENTS } from "../clients.ts";
import type { FaultRow } from "./fault-row.ts";
import { midUpload } from "./mid-upload.ts";

const OUTAGE_MS = 20_000;
const LIMIT_SECONDS = 90;

export const OUTAGES: readonly FaultRow[] = [
  {
    name: "store-down",
    title: "store's port down for 20 s",
    how: "while a part is on its way all connections to the store are cut and its port is closed",
    task: "upload",
    limitSeconds: LIMIT_SECONDS,
    strike: (context) =>
      midUpload(context, async (release) => {
        await context.rig.store.goDown();
        release();
        await sleep(OUTAGE_MS, undefined, { signal: context.signal });
        await context.rig.store.comeUp();
      }),
  },
  {
    name: "api-down",
    title: "API down for 20 s",
    how: "the same with the port of the API, or of the peer's server; parts go on",
    task: "upload",
    limitSeconds: LIMIT_SECONDS,
    skip: (client) => (CLIENTS[client].hasApi ? undefined : "n/a"),
    strike: (context) =>
      midUpload(context, async (release) => {
        await context.rig.front.goDown();
        release();
        await sleep(OUTAGE_MS, undefined, { signal: context.signal });
        await context.rig.front.comeUp();
      }),
  },
  {
    name: "api-new-key",
    title: "API restarted with a new token key",
    how: "while a part is on its way the API gets another secret for upload tokens",
    task: "upload",
    skip: (client) => (client.startsWith("waybill") ? undefined : "n/a"),
    strike: (context) => midUpload(context, () => context.rig.api.replaceTokenKey()),
  },
];
