import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { createWaybillClient } from "@waybill/client/node";
import type { Browser } from "playwright";
import type { PageFiles } from "../rig/bundle-page.ts";
import type { Cell } from "./cell.ts";
import type { Column } from "./clients.ts";
import type { FaultRow } from "./faults/fault-row.ts";
import type { ClientReport, Job } from "./job.ts";
import { judgeDownload } from "./judge-download.ts";
import { judgeUpload } from "./judge-upload.ts";
import { openRig, type Rig } from "./rig/open-rig.ts";
import { BUCKET } from "../rig/open-api.ts";
import { startClient, type ClientRun } from "./run-client.ts";
import { seededBytes, sha256Of } from "../rig/seeded-bytes.ts";
import { FILE_BYTES, PART_BYTES } from "./sizes.ts";

const LIMIT_SECONDS = 60;
const SEED = 1;
const SOURCE = seededBytes(FILE_BYTES, SEED);
const SOURCE_DIGEST = sha256Of(SOURCE);

/** One fault and one client, with a store and servers of their own. */
export async function runCell(
  fault: FaultRow,
  column: Column,
  { browser, page, stop }: { browser: Browser; page: PageFiles; stop: AbortSignal },
): Promise<Cell> {
  stop.throwIfAborted();
  const { client, route } = column;
  const skip = fault.skip?.(client) ?? (isDoor(route) ? fault.skipAtDoors : undefined);
  if (skip !== undefined) return { outcome: skip, notes: [] };
  await using rig = await openRig(page, route);
  await using disk = await openDisk(join(rig.folder, "downloads"), fault.diskBytes);
  if (disk === undefined) return { outcome: "not run", detail: "needs root", notes: [] };
  const job = await prepareJob(rig, { fault, column, folder: disk.folder });
  const accepted = new Set([SOURCE_DIGEST]);
  await using profile = await browser.newContext(); // what a page keeps outlives the page
  const start = () => startClient(job, { profile, clockShiftMs: fault.clientClockShiftMs ?? 0 });
  const { report, seconds } = await runToEnd({ fault, rig, job, start, accepted, stop });
  if (report === undefined) return { outcome: "HANGS", seconds, notes: [] };
  if (rig.strikes() === 0) return { outcome: "not struck", seconds, notes: [] };
  const judged =
    job.task === "upload"
      ? await judgeUpload(report, { aws: rig.aws, accepted })
      : await judgeDownload(report, { path: job.downloadPath, accepted });
  return { ...judged, seconds };
}

async function runToEnd(options: {
  fault: FaultRow;
  rig: Rig;
  job: Job;
  start: () => Promise<ClientRun>;
  accepted: Set<string>;
  stop: AbortSignal;
}): Promise<{ report: ClientReport | undefined; seconds: number }> {
  const { fault, rig, job, start, accepted, stop } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stop]);
  const { promise: reported, resolve } = Promise.withResolvers<ClientReport>();
  let runs: readonly ClientRun[] = [];
  // Those that were killed say nothing that counts; of several all must have succeeded.
  const hear = async (started: readonly ClientRun[]) => {
    const reports = await Promise.all(started.map(({ report }) => report));
    const decisive = reports.find(({ ok }) => !ok) ?? reports[0];
    if (started === runs && decisive !== undefined) resolve(decisive);
  };
  const startAnew = async (count: number) => {
    runs = await Promise.all(Array.from({ length: count }, start));
    void hear(runs);
  };
  const killAll = async () => {
    const killed = runs;
    runs = [];
    await Promise.all(killed.map((run) => run.kill()));
  };
  const restart = async (count = 1) => {
    await killAll();
    await startAnew(count);
  };
  const accept = (bytes: Uint8Array) => void accepted.add(sha256Of(bytes));
  const striking = strike(fault, { rig, job, signal, restart, accept });
  try {
    await startAnew(1);
    const startedAt = performance.now();
    const limitMs = (fault.limitSeconds ?? LIMIT_SECONDS) * 1000;
    const report = await Promise.race([reported, sleep(limitMs, undefined, { signal })]);
    return { report, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    over.abort();
    await killAll();
    await striking;
  }
}

async function strike(fault: FaultRow, context: Parameters<FaultRow["strike"]>[0]): Promise<void> {
  try {
    await fault.strike(context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

async function prepareJob(
  rig: Rig,
  { fault, column, folder }: { fault: FaultRow; column: Column; folder: string },
): Promise<Job> {
  const filePath = join(rig.folder, "file.bin");
  await writeFile(filePath, SOURCE);
  return {
    ...column,
    task: fault.task,
    origin: rig.front.origin,
    store: { endpoint: rig.store.origin, region: rig.aws.region, bucket: BUCKET },
    filePath,
    partSizeBytes: PART_BYTES,
    key: fault.task === "download" ? await putObject(rig, filePath) : "",
    downloadPath: join(folder, "file.bin"),
    userToken: fault.userToken ?? "fixed",
    journalPath: join(rig.folder, "journal"),
  };
}

/** As a client has put it, with a key that the API lets its user read. */
async function putObject(rig: Rig, filePath: string): Promise<string> {
  using client = createWaybillClient({ url: `${rig.front.origin}/api`, token: rig.userTokens.current() });
  return (await client.upload(filePath, { partSizeBytes: PART_BYTES, route: "presigned" })).key;
}

function isDoor(route: Column["route"]): boolean {
  return route === "apigateway" || route === "cloudfront";
}

const run = promisify(execFile);

/** A folder, or a small file system where root asks for one. */
async function openDisk(
  folder: string,
  sizeBytes: number | undefined,
): Promise<(AsyncDisposable & { folder: string }) | undefined> {
  await mkdir(folder);
  if (sizeBytes === undefined) return { folder, [Symbol.asyncDispose]: async () => {} };
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", folder]);
  } catch {
    return undefined;
  }
  return { folder, [Symbol.asyncDispose]: async () => void (await run("umount", [folder])) };
}
