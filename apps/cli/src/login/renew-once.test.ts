import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loginFile, type Login, type LoginFile } from "./login-file.ts";
import { renewOnce } from "./renew-once.ts";

let folder: string;
let file: LoginFile;

const login = (refreshToken: string): Login => ({
  version: 1,
  apiUrl: "https://api.example.com",
  issuer: "https://login.example.com",
  clientId: "cli",
  subject: "alice",
  accessToken: `access-${refreshToken}`,
  obtainedAtMs: 0,
  expiresAtMs: 1,
  refreshToken,
});
const claimOf = (refreshToken: string, number: number) =>
  `${file.path}.${createHash("sha256").update(`access-${refreshToken}`).digest("hex").slice(0, 16)}.${number}`;
const names = () => readdir(dirname(file.path));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-login-"));
  file = loginFile({ stateDir: folder, apiUrl: "https://api.example.com" });
  await file.write(login("r1"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A provider that takes each refresh token once. */
function provider() {
  const used: string[] = [];
  return {
    used,
    renew: async ({ refreshToken = "" }: Login) => {
      if (used.includes(refreshToken)) throw new Error(`${refreshToken} is used twice`);
      used.push(refreshToken);
      await new Promise(setImmediate);
      return login(`r${used.length + 1}`);
    },
  };
}

describe("renewOnce", () => {
  it("uses a refresh token once, however many want to", async () => {
    const { used, renew } = provider();
    const renewed = await Promise.all(Array.from({ length: 20 }, () => renewOnce(file, login("r1"), renew)));
    expect(new Set(renewed.map((renewal) => renewal?.refreshToken))).toEqual(new Set(["r2"]));
    expect(used).toEqual(["r1"]);
    expect(await names()).toHaveLength(1);
  });

  it("takes what somebody else has renewed, and nothing of who has logged out", async () => {
    const { used, renew } = provider();
    await file.write(login("r9"));
    expect(await renewOnce(file, login("r1"), renew)).toEqual(login("r9"));
    await file.remove();
    expect(await renewOnce(file, login("r9"), renew)).toBeUndefined();
    expect(used).toEqual([]);
  });

  it("goes by the access token where a provider gives no other refresh token", async () => {
    let count = 0;
    const renew = async (stale: Login): Promise<Login> => ({ ...stale, accessToken: `new-${++count}` });
    const renewed = await Promise.all(Array.from({ length: 5 }, () => renewOnce(file, login("r1"), renew)));
    expect(new Set(renewed.map((renewal) => renewal?.accessToken))).toEqual(new Set(["new-1"]));
    expect(count).toBe(1);
  });

  it("brings nobody back who has logged out meanwhile", async () => {
    const renewed = await renewOnce(file, login("r1"), async () => {
      await file.remove();
      return login("r2");
    });
    expect(renewed).toBeUndefined();
    expect(await names()).toEqual([]);
  });

  it("lets others try after a failure", async () => {
    const { renew } = provider();
    const failing = renewOnce(file, login("r1"), async () => Promise.reject(new Error("no network")));
    await expect(failing).rejects.toThrow("no network");
    expect(await renewOnce(file, login("r1"), renew)).toEqual(login("r2"));
  });

  it("does not wait for who has died, nor for a claim that is too old to be anybody's", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const { used, renew } = provider();
    await writeFile(claimOf("r1", 1), String(child.pid));
    await writeFile(claimOf("r1", 2), String(process.pid));
    await utimes(claimOf("r1", 2), new Date(), new Date(Date.now() - 120_000));
    const renewed = await Promise.all(Array.from({ length: 5 }, () => renewOnce(file, login("r1"), renew)));
    expect(renewed.map((renewal) => renewal?.refreshToken)).toEqual(["r2", "r2", "r2", "r2", "r2"]);
    expect(used).toEqual(["r1"]);
    expect(await names()).toHaveLength(1);
  });
});
