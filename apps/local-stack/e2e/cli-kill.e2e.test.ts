import { spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { MiB } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, startStack, type Stack } from "./start-stack.ts";

/*
 * kill -9 of the command at random moments, and the same command again:
 *
 *   KILL_ROUNDS=300 KILL_MIB=300 npx vitest run cli-kill     the long run
 *   KILL_SEED=… npx vitest run cli-kill                      the same moments once more
 */
const ROUNDS = Number(process.env["KILL_ROUNDS"] ?? 4);
const SIZE = Number(process.env["KILL_MIB"] ?? 48) * MiB;
const SEED = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
const ROUND_MS = 120_000;
/** Those that are killed are so slow that most random moments are in their middle. */
const MOVING_MS = 2500;
const SLOWLY = ["--concurrency", "2", "--limit-rate", String(Math.ceil((SIZE * 1000) / MOVING_MS))];
/** About as long as one part takes then, so that a moment may be anywhere in it. */
const PART_MS = 500;
/** The command's own start, at most. */
const STARTING_MS = 500;
const POLL_MS = 20;

let stack: Stack;
let folder: string;
let source: string;
let digest: string;

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), "waybill-kill-"));
  source = join(folder, "source.bin");
  const bytes = randomFillSync(Buffer.alloc(SIZE));
  digest = sha256(bytes);
  await writeFile(source, bytes);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A number from 0 to 1 that is the same for the same seed, round and purpose. */
function draw(round: number, purpose: string): number {
  return createHash("sha256").update(`${SEED} ${round} ${purpose}`).digest().readUInt32BE() / 2 ** 32;
}

/**
 * @param moment - resolves when it is to be killed
 * @returns whether it was: it may have been faster
 */
async function killAt(
  moment: (signal: AbortSignal) => Promise<unknown>,
  args: readonly string[],
): Promise<boolean> {
  const child = spawn(process.execPath, [CLI, ...args], { env: stack.env, stdio: "ignore" });
  const over = new AbortController();
  const exited = once(child, "exit").finally(() => over.abort());
  await moment(over.signal).catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  child.kill("SIGKILL");
  const [, signal] = await exited;
  return signal === "SIGKILL";
}

/** Once so much has arrived, however long that takes on this machine, and a moment later. */
function whenArrived(bytes: number, laterMs: number): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    while (!signal.aborted && (await arrivedBytes()) < bytes) await after(POLL_MS, undefined, { signal });
    await after(laterMs, undefined, { signal });
  };
}

interface PutLine {
  key: string;
  resumedBytes: number;
}

async function put(): Promise<PutLine> {
  const { stdout, stderr } = await stack.waybill("put", source, "--json");
  expect(stderr).toBe("");
  return JSON.parse(stdout) as PutLine;
}

const authorized = () => ({ authorization: `Bearer ${stack.token}` });

async function openUploads(): Promise<{ key: string; uploadId: string }[]> {
  const response = await fetch(`${stack.apiUrl}/uploads.list?input=${encodeURIComponent("{}")}`, {
    headers: authorized(),
  });
  const { result } = (await response.json()) as {
    result: { data: { uploads: { key: string; uploadId: string }[] } };
  };
  return result.data.uploads;
}

async function storedKeys(): Promise<string[]> {
  const { stdout } = await stack.waybill("ls", "--json");
  const lines = stdout.split("\n").filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

/** What the store has of the upload that was broken off: all when it is published and nobody was told. */
async function arrivedBytes(): Promise<number> {
  const [upload] = await openUploads();
  if (upload === undefined) return (await storedKeys()).length > 0 ? SIZE : 0;
  const response = await fetch(`${stack.apiUrl}/uploads.resume`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorized() },
    body: JSON.stringify({ ...upload, sizeBytes: SIZE, partSizeBytes: 8 * MiB }),
  });
  const { result } = (await response.json()) as {
    result: { data: { state: "open"; parts: { sizeBytes: number }[] } | { state: "completed" | "gone" } };
  };
  const { data } = result;
  if (data.state !== "open") return data.state === "completed" ? SIZE : 0; // it was just published
  return data.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
}

describe(`kill -9 of waybill, seed ${SEED}`, () => {
  it(
    `loses nothing of an upload that the store had acknowledged, ${ROUNDS} times`,
    async () => {
      let resumed = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const kills = Math.floor(draw(round, "kills") * 3) + 1;
        const reach = round === 0 ? SIZE / 2 : SIZE; // at least one is in the middle
        let isBrokenOff = true;
        for (let kill = 0; kill < kills && isBrokenOff; kill++) {
          const moment = whenArrived(
            draw(round, `bytes ${kill}`) * reach,
            draw(round, `later ${kill}`) * PART_MS,
          );
          isBrokenOff = await killAt(moment, ["put", source, ...SLOWLY]);
        }
        const arrived = isBrokenOff ? await arrivedBytes() : 0;
        const [open, stored] = [await openUploads(), await storedKeys()];
        const { key, resumedBytes } = await put();
        // Killed behind its end, and before its exit, it has left nothing to go on with: then there is another copy.
        const isAnother = open.length === 0 && (await storedKeys()).length > stored.length;
        expect(resumedBytes).toBe(isAnother ? 0 : arrived); // so at most what was in flight is sent again
        if (resumedBytes > 0) resumed += 1;
        const back = join(folder, "back.bin");
        await stack.waybill("get", key, "-o", back);
        expect(sha256(await readFile(back))).toBe(digest);
        expect(await openUploads()).toEqual([]);
        await stack.waybill("rm", ...(await storedKeys()));
        await rm(back);
      }
      expect(resumed).toBeGreaterThan(0);
    },
    ROUNDS * ROUND_MS,
  );

  it(
    `leaves no torn file of a download, ${ROUNDS} times`,
    async () => {
      const { key } = await put();
      const target = join(folder, "target.bin");
      for (let round = 0; round < ROUNDS; round++) {
        await rm(target, { force: true });
        const kills = Math.floor(draw(round, "download kills") * 3) + 1;
        for (let kill = 0; kill < kills; kill++) {
          const at = draw(round, `download at ${kill}`) * (STARTING_MS + MOVING_MS);
          const killed = await killAt(
            (signal) => after(at, undefined, { signal }),
            ["get", key, "-o", target, ...SLOWLY],
          );
          if (!killed) expect(sha256(await readFile(target))).toBe(digest);
        }
        expect((await stack.waybill("get", key, "-o", target)).code).toBe(0);
        expect(sha256(await readFile(target))).toBe(digest);
        expect((await readdir(folder)).toSorted()).toEqual(["source.bin", "target.bin"]);
      }
    },
    ROUNDS * ROUND_MS,
  );
});
