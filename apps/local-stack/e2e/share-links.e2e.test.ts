import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Share } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, startStack, type Stack } from "./start-stack.ts";

const PASSWORD = "correct horse";
let stack: Stack;
let folder: string;
let key: string;

beforeAll(async () => {
  [stack, folder] = await Promise.all([startStack(), mkdtemp(join(tmpdir(), "waybill-share-"))]);
  const file = join(folder, "notes.txt");
  await writeFile(file, "shared");
  key = (await stack.waybill("put", file)).stdout.trim();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function share(...options: string[]) {
  const { code, stdout } = await stack.waybill("share", key, "--json", ...options);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Share & { url: string };
}

describe("share links", () => {
  it("are made, listed and revoked from the command line, and opened by anybody", async () => {
    const { id, url } = await share("--expires-in", "never");
    expect(await (await fetch(url)).text()).toBe("shared");
    expect((await stack.waybill("shares")).stdout).toContain(`${id}  until revoked`);
    expect(await stack.waybill("unshare", id)).toMatchObject({ code: 0, stdout: `revoked ${id}\n` });
    expect((await fetch(url)).status).toBe(404);
    expect((await stack.waybill("shares", "--json")).stdout).toBe("");
    expect(await stack.waybill("unshare", id)).toMatchObject({ code: 1 });
    expect(await stack.waybill("share", key, "--expires-in", "11y")).toMatchObject({ code: 2 });
    expect(await stack.waybill("share", key, "--password")).toMatchObject({ code: 2 }); // nobody to ask
  });

  it("take a password from stdin, and count", async () => {
    const args = [CLI, "share", key, "--json", "--password-stdin", "--downloads", "1"];
    const child = spawn(process.execPath, args, { env: stack.env });
    child.stdin.end(`${PASSWORD}\n`);
    const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const { url, hasPassword, downloads } = JSON.parse(stdout) as Share & { url: string };
    expect({ hasPassword, downloads }).toEqual({ hasPassword: true, downloads: { count: 0, most: 1 } });
    const post = (password: string) =>
      fetch(url, { method: "POST", body: new URLSearchParams({ password }) });
    expect((await fetch(url)).status).toBe(403);
    expect((await post("wrong")).status).toBe(403);
    expect(await (await post(PASSWORD)).text()).toBe("shared");
    expect((await post(PASSWORD)).status).toBe(410);
    expect((await stack.waybill("shares")).stdout).toContain("used up, 1 of 1, password");
    expect(stack.output()).not.toContain(new URL(url).pathname.slice(-24));
  });
});
