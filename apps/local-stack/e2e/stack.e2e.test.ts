import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePorts, startStack, type Stack } from "./start-stack.ts";

const MiB = 1024 ** 2;
const SIZE_BYTES = 64 * MiB;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-e2e-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the local stack", () => {
  it("keeps what it stores over a restart, and leaves no process behind", async () => {
    const dataDir = join(folder, "kept");
    const file = join(folder, "kept.txt");
    await writeFile(file, "kept");
    const first = await startStack({ dataDir });
    const { stdout: key } = await first.waybill("put", file);
    const services = await first.services();
    expect(services).toHaveLength(8);
    expect(await first.stop("SIGINT")).toBe(0);
    expect(services.filter(({ pid }) => isRunning(pid))).toEqual([]);

    await using second = await startStack({ dataDir });
    expect((await second.waybill("get", key.trim(), "-o", "-")).stdout).toBe("kept");
  });

  it("takes its services with it when it is killed without a warning", async () => {
    const stack = await startStack({ dataDir: join(folder, "killed") });
    const services = await stack.services();
    await stack.stop("SIGKILL");
    await vi.waitFor(() => expect(services.filter(({ pid }) => isRunning(pid))).toEqual([]), {
      timeout: 10_000,
    });
  });

  it("names the port that is taken, and the variable that chooses another", async () => {
    const [web = 0, api = 0, ...others] = await freePorts(7);
    await using taken = createServer().listen(api, "127.0.0.1");
    await once(taken, "listening");
    await expect(startStack({ ports: [web, api, ...others], dataDir: join(folder, "none") })).rejects.toThrow(
      `Port ${api} is taken by another program: set WAYBILL_API_PORT to a free one.`,
    );
  });

  it("aborts uploads that were begun and left", async () => {
    await using stack = await startStack({
      variables: { WAYBILL_STALE_UPLOAD_SECONDS: "1", WAYBILL_SWEEP_INTERVAL_SECONDS: "1" },
    });
    const response = await fetch(`${stack.apiUrl}/uploads.create`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${stack.token}` },
      body: JSON.stringify({ fileName: "left.bin", sizeBytes: 100 * MiB }),
    });
    expect(response.status).toBe(200);
    await vi.waitFor(() => expect(stack.output()).toContain('"event":"upload-aborted"'), {
      timeout: 20_000,
      interval: 100,
    });
    expect((await stack.waybill("uploads")).stdout).toBe("");
  });

  it("survives the end of the API in the middle of an upload: the object is there, or the failure is told", async () => {
    await using stack = await startStack();
    const file = join(folder, "big.bin");
    await writeFile(file, randomFillSync(Buffer.alloc(SIZE_BYTES)));
    // Slow enough for the end to come before its own.
    const uploading = stack.waybill("put", file, "--limit-rate", "10M", "--json");
    await vi.waitFor(async () => {
      const { stdout } = await stack.waybill("uploads", "--json");
      expect(stdout).not.toBe("");
    }, 20_000);
    const api = (await stack.services()).find(({ command }) => command.includes("services/api"));
    process.kill(api?.pid ?? 0, "SIGKILL");
    const { code, stdout, stderr } = await uploading;
    const stored = (await stack.waybill("ls", "--json")).stdout.trim();
    if (code === 0) {
      expect(JSON.parse(stored)).toMatchObject({
        key: (JSON.parse(stdout) as { key: string }).key,
        sizeBytes: SIZE_BYTES,
      });
    } else {
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: expect.any(String) as string } });
      expect(stored).toBe("");
    }
    expect(stack.output()).toContain("api ended (SIGKILL); starting it again.");
  });
});

describe("what the local stack tells", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it("knows nobody without a token, and lets nobody log in under another name than this machine's", async () => {
    const statusOf = async (url: string, headers: Record<string, string>) => {
      const [response] = (await once(get(url, { headers }), "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const list = `${stack.apiUrl}/objects.list?input=${encodeURIComponent("{}")}`;
    expect(await statusOf(list, { authorization: `Bearer ${stack.token}` })).toBe(200);
    expect(await statusOf(list, {})).toBe(401);
    expect(await statusOf(list, { authorization: `Bearer ${stack.token}x` })).toBe(401);
    const shown = join(folder, "me.png");
    await writeFile(shown, "a picture");
    const download = async (key: string) => {
      const body = JSON.stringify({ key });
      const headers = { "content-type": "application/json" };
      return (await fetch(`${stack.apiUrl}/downloads.create`, { method: "POST", headers, body })).status;
    };
    const put = async (...args: string[]) => (await stack.waybill("put", shown, ...args)).stdout.trim();
    expect(await download(await put("--collection", "avatars"))).toBe(200);
    expect(await download(await put())).toBe(401);
    const login = `${stack.issuerUrl}/.well-known/openid-configuration`;
    expect(await statusOf(login, {})).toBe(200);
    expect(await statusOf(login, { host: `rebound.example:${new URL(stack.issuerUrl).port}` })).toBe(421);
    expect(await statusOf(stack.webUrl, { host: "rebound.example" })).toBe(403);
  });

  it("prints neither tokens nor links nor signatures, whatever it refuses", async () => {
    const file = join(folder, "printed.txt");
    await writeFile(file, "printed");
    const key = (await stack.waybill("put", file)).stdout.trim();
    const { stdout } = await stack.waybill("credentials", "--collection", "drive");
    const vended = JSON.parse(stdout) as { SecretAccessKey: string; SessionToken: string };
    const link = (await stack.waybill("url", key)).stdout.trim();
    const signature = /X-Amz-Signature=(\w+)/.exec(link)?.[1] ?? "";
    expect(signature).toHaveLength(64);
    expect((await fetch(link, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(link.replace(signature, "0".repeat(64)))).status).toBe(403);
    const list = `${stack.apiUrl}/objects.list?input=${encodeURIComponent("{}")}`;
    expect((await fetch(list, { headers: { authorization: `Bearer ${stack.token}x` } })).status).toBe(401);
    await vi.waitFor(() => expect(stack.output()).toContain("SignatureDoesNotMatch")); // it does tell of refusals
    const secrets = [stack.token, signature, vended.SecretAccessKey, vended.SessionToken, "X-Amz-"];
    for (const secret of secrets) expect(stack.output()).not.toContain(secret);
  });
});
