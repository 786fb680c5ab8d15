import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { MiB } from "@waybill/core";
import type { Fault } from "@waybill/local-aws";
import { CLIENTS, type ClientName } from "../clients.ts";
import { BUCKET } from "../../rig/open-api.ts";
import { storeReader } from "../../rig/store-reader.ts";
import { seededBytes } from "../../rig/seeded-bytes.ts";
import { FILE_BYTES } from "../sizes.ts";
import type { FaultRow, Skip, StrikeContext } from "./fault-row.ts";
import { expiredUrl, isGetObject, once } from "./matching.ts";

const MIDDLE = 4 * MiB; // also of a range
const OTHER_SEED = 3;
const OUTAGE_MS = 20_000;

export const DOWNLOADS: readonly FaultRow[] = [
  onGet("download-503", "503 SlowDown", "answers 503 `SlowDown`", { kind: "error", code: "SlowDown" }),
  onGet("download-reset", "connection reset in the middle", "resets after 4 MiB", {
    kind: "reset",
    afterResponseBytes: MIDDLE,
  }),
  onGet("download-stall-start", "stall before the answer", "takes the request and is silent", {
    kind: "stall",
  }),
  onGet("download-stall", "stall in the middle", "stops after 4 MiB", {
    kind: "stall",
    afterResponseBytes: MIDDLE,
  }),
  onGet("download-corrupted", "a byte is another", "sends one byte inverted", {
    kind: "corrupt",
    body: "response",
    offset: MIDDLE,
  }),
  {
    name: "download-drip",
    title: "download: slow drip",
    how: "a proxy lets the first answer through at 1 KiB/s",
    task: "download",
    skip: noDownloads,
    strike({ rig }) {
      rig.addRule(once(isGetObject, { kind: "drip", bytesPerSecond: 1024 }));
    },
  },
  {
    name: "download-expired-url",
    title: "download: URL expired",
    how: "a proxy refuses the first URL for good, and takes one that was signed later",
    task: "download",
    skip: (client) => noDownloads(client) ?? (CLIENTS[client].hasApi ? undefined : "n/a"),
    skipAtDoors: "n/a",
    strike({ rig }) {
      rig.addRule(expiredUrl(isGetObject));
    },
  },
  {
    name: "download-replaced",
    title: "download: object replaced meanwhile",
    how: "after 4 MiB the object is overwritten with as many other bytes; the old and the new ones count as exact",
    task: "download",
    skip: noDownloads,
    strike: (context) =>
      midDownload(context, async () => {
        const other = seededBytes(FILE_BYTES, OTHER_SEED);
        context.accept(other);
        const reader = storeReader(context.rig.aws);
        await reader.send(new PutObjectCommand({ Bucket: BUCKET, Key: context.job.key, Body: other }));
        reader.destroy();
      }),
  },
  {
    name: "download-store-down",
    title: "download: store's port down for 20 s",
    how: "after 4 MiB all connections to the store are cut and its port is closed",
    task: "download",
    skip: noDownloads,
    limitSeconds: 90,
    strike: (context) =>
      midDownload(context, async (release) => {
        await context.rig.store.goDown();
        release();
        await sleep(OUTAGE_MS, undefined, { signal: context.signal });
        await context.rig.store.comeUp();
      }),
  },
  {
    name: "download-disk-full",
    title: "download: disk full",
    how: "the target lies in a tmpfs of 8 MiB, which needs root and is not run without",
    task: "download",
    skip: (client) => (CLIENTS[client].runsIn === "node" ? undefined : "n/a"),
    diskBytes: 8 * MiB,
    strike({ rig }) {
      rig.struck();
    },
  },
  {
    name: "download-killed",
    title: "download: process killed, and run again",
    how: "after 4 MiB the process is killed with SIGKILL, and another does the same",
    task: "download",
    skip: (client) => (CLIENTS[client].runsIn === "node" ? undefined : "n/a"),
    strike: (context) => midDownload(context, () => context.restart()),
  },
];

function onGet(name: string, title: string, what: string, action: Fault["action"]): FaultRow {
  return {
    name,
    title: `download: ${title}`,
    how: `the store, at the first GetObject: ${what}`,
    task: "download",
    skip: noDownloads,
    strike({ rig }) {
      rig.inject({ match: { operation: "GetObject" }, count: 1, action });
    },
  };
}

async function midDownload(
  { rig, signal }: StrikeContext,
  act: (release: () => void) => Promise<void>,
): Promise<void> {
  using hold = rig.aws.faults.inject({
    match: { operation: "GetObject" },
    action: { kind: "stall", afterResponseBytes: MIDDLE },
  });
  await hold.waitForHit({ signal });
  rig.struck();
  await act(() => hold.remove());
}

function noDownloads(client: ClientName): Skip | undefined {
  return CLIENTS[client].downloads ? undefined : "n/a";
}
