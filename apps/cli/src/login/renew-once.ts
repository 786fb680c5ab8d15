import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sleep } from "@waybill/core";
import type { Login, LoginFile } from "./login-file.ts";

const POLL_MS = 50;
/** A claim this old is nobody's any more, whatever process has its number by now. */
const MAX_CLAIM_MS = 60_000;

/**
 * Renew a login once, however many processes want to: a refresh token is good for one use, and a provider
 * takes a second one for a theft.
 *
 * Whoever creates the claim file `LOGIN.GENERATION.N` renews; the generation is that of the access token.
 * The others wait for the new login. When the claim's owner has died, one of them creates claim N + 1. No
 * claim is ever taken over, and one whose owner lives is removed by nobody else, so that no two can believe to
 * have the same.
 *
 * @param renew - exchanges the refresh token
 */
export async function renewOnce(
  file: LoginFile,
  stale: Login,
  renew: (login: Login) => Promise<Login>,
): Promise<Login | undefined> {
  const generation = createHash("sha256").update(stale.accessToken).digest("hex").slice(0, 16);
  const prefix = `${basename(file.path)}.${generation}.`;
  for (;;) {
    const stored = await file.read();
    if (stored?.accessToken !== stale.accessToken) return stored; // somebody has, or has logged in or out
    const claimed = await tryClaim(file, prefix);
    if (claimed === undefined) {
      await sleep(POLL_MS);
      continue;
    }
    try {
      // Between our look and our claim somebody may have renewed, and removed their own.
      const again = await file.read();
      if (again?.accessToken !== stale.accessToken) return again;
      const renewed = await renew(stale);
      const last = await file.read();
      if (last?.accessToken !== stale.accessToken) return last; // who has logged out meanwhile stays so
      await file.write(renewed);
      return renewed;
    } finally {
      for (let number = 1; number <= claimed; number++)
        await rm(claimPath(file, prefix, number), { force: true });
    }
  }
}

/** @returns the number of our claim; undefined when somebody else has one */
async function tryClaim(file: LoginFile, prefix: string): Promise<number | undefined> {
  const names = (await readdir(dirname(file.path))).filter((name) => name.startsWith(prefix));
  const last = Math.max(0, ...names.map((name) => Number(name.slice(prefix.length))));
  if (last > 0 && (await isAlive(claimPath(file, prefix, last)))) return undefined;
  try {
    await writeFile(claimPath(file, prefix, last + 1), String(process.pid), { flag: "wx", mode: 0o600 });
    return last + 1;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return undefined; // somebody was faster
  }
}

function claimPath(file: LoginFile, prefix: string, number: number): string {
  return join(dirname(file.path), `${prefix}${number}`);
}

async function isAlive(path: string): Promise<boolean> {
  try {
    const [pid, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    if (Date.now() - mtimeMs > MAX_CLAIM_MS) return false;
    return pid === "" || process.kill(Number(pid), 0); // just created; or asks only
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // somebody else's, and alive
  }
}
