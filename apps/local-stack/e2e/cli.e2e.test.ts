import { createHash, randomFillSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts, runCli, startStack, type Stack } from "./start-stack.ts";

const MiB = 1024 ** 2;
let stack: Stack;
let folder: string;

beforeAll(async () => {
  [stack, folder] = await Promise.all([startStack(), mkdtemp(join(tmpdir(), "waybill-cli-"))]);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function put(path: string) {
  const { code, stdout, stderr } = await stack.waybill("put", path, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as {
    key: string;
    sizeBytes: number;
    checksum: { algorithm: string; value: string };
  };
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("waybill put and get", () => {
  it.each([0, 1, 5 * MiB, 5 * MiB + 1, 40 * MiB])("bring back %d bytes", async (size) => {
    const bytes = randomFillSync(Buffer.alloc(size));
    const stored = await put(await fileOf("bytes.bin", bytes));
    expect(stored).toMatchObject({
      sizeBytes: size,
      route: "presigned",
      partCount: size > 16 * MiB ? 5 : 1,
      durationMs: expect.any(Number) as number,
      checksum: { algorithm: "CRC64NVME" },
    });
    const target = join(folder, "back.bin");
    const got = await stack.waybill("get", stored.key, "-o", target, "--json");
    expect(got).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(got.stdout)).toMatchObject({
      key: stored.key,
      sizeBytes: size,
      verified: true,
      checksum: stored.checksum,
    });
    expect(digest(await readFile(target))).toBe(digest(bytes));
  });

  it("go by credentials when told to", async () => {
    const bytes = randomFillSync(Buffer.alloc(5 * MiB));
    const by = ["--route", "credentials", "--json"];
    const sent = await stack.waybill("put", await fileOf("by-credentials.bin", bytes), ...by);
    const { key } = JSON.parse(sent.stdout) as { key: string };
    const target = join(folder, "by-credentials.back");
    const got = await stack.waybill("get", key, "-o", target, ...by);
    expect(JSON.parse(got.stdout)).toMatchObject({ key, route: "credentials", verified: true });
    expect(digest(await readFile(target))).toBe(digest(bytes));
    const prefix = key.slice(0, key.lastIndexOf("/"));
    const all = await stack.waybill("get", "-r", prefix, "-o", await mkdtemp(join(folder, "all-")), ...by);
    expect(JSON.parse(all.stdout)).toMatchObject({ key, verified: true });
  });

  it.each([
    "with space.txt",
    "한국어 이름.txt",
    "📷.txt",
    `'single' "double".txt`,
    "%2F%00.txt",
    "a+b=c&d.txt",
    "#hash?.txt",
    "n".repeat(255),
  ])("bring back a file named %s", async (name) => {
    const { key } = await put(await fileOf(name, Buffer.from(name)));
    expect((await stack.waybill("get", key, "-o", "-")).stdout).toBe(name);
    const { stdout } = await stack.waybill("ls", key, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ key, sizeBytes: Buffer.byteLength(name) });
    const folderTarget = await mkdtemp(join(folder, "out-"));
    expect((await stack.waybill("get", key, "-o", folderTarget)).stdout).toBe(
      `${join(folderTarget, name)}\n`,
    );
  });
});

describe("waybill", () => {
  it("lists, links and removes", async () => {
    const { key } = await put(await fileOf("life.txt", Buffer.from("life")));
    expect((await stack.waybill("ls")).stdout).toContain(key);
    const link = JSON.parse((await stack.waybill("url", key, "--expires-in", "2m", "--json")).stdout) as {
      url: string;
      expiresAt: string;
    };
    expect(await (await fetch(link.url)).text()).toBe("life");
    expect(Date.parse(link.expiresAt) - Date.now()).toBeGreaterThan(100_000);
    expect(await stack.waybill("rm", key)).toEqual({ code: 0, stdout: `removed ${key}\n`, stderr: "" });
    expect(await stack.waybill("get", key, "-o", join(folder, "never"))).toMatchObject({
      code: 1,
      stderr: `waybill: There is no object ${JSON.stringify(key)}.\n`,
    });
    await expect(readFile(join(folder, "never"))).rejects.toThrow("ENOENT");
  });

  it("lists and aborts uploads that were begun", async () => {
    const begin = () =>
      fetch(`${stack.apiUrl}/uploads.create`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${stack.token}` },
        body: JSON.stringify({ fileName: "begun.bin", sizeBytes: 100 * MiB }),
      });
    for (let count = 0; count < 3; count++) expect((await begin()).status).toBe(200);
    const open = async () => {
      const lines = (await stack.waybill("uploads", "--json")).stdout
        .split("\n")
        .filter((line) => line !== "");
      return lines.map((line) => (JSON.parse(line) as { uploadId: string }).uploadId);
    };
    const [first = "", ...others] = await open();
    expect(others).toHaveLength(2);
    expect(await stack.waybill("uploads", "abort", first)).toMatchObject({ code: 0 });
    expect(await open()).toEqual(others);
    expect(await stack.waybill("uploads", "abort", first)).toMatchObject({
      code: 1,
      stderr: `waybill: There is no open upload "${first}".\n`,
    });
    expect(await stack.waybill("uploads", "abort", "--all")).toMatchObject({ code: 0 });
    expect(await open()).toEqual([]);
  });

  it("finds nothing wrong with a local stack, tries each route there, and leaves nothing", async () => {
    const before = (await stack.waybill("ls", "--json")).stdout;
    const { code, stdout } = await stack.waybill("doctor", "--json");
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; detail: string }[] };
    expect([ok, code]).toEqual([true, 0]);
    const detailOf = (name: string) => checks.find((check) => check.name === name)?.detail;
    const routes = detailOf("routes")?.replace("files offers ", "").split(", ") ?? [];
    expect(routes).toEqual(expect.arrayContaining(["presigned", "credentials", "lambda"]));
    for (const route of routes) expect(detailOf(`route ${route}`)).toContain("works both ways");
    expect((await stack.waybill("ls", "--json")).stdout).toBe(before);
  });

  it("says which route it was, and why", async () => {
    const path = await fileOf("routed.txt", Buffer.from("routed"));
    const sending = await stack.waybill("put", path, "--json", "--route", "lambda");
    const { key, ...sent } = JSON.parse(sending.stdout) as { key: string };
    expect(sent).toMatchObject({ route: "lambda", routeReason: "It was asked for." });
    const got = await stack.waybill("get", key, "-o", `${path}.back`);
    expect(got.stderr).toMatch(/by presigned, verified by CRC64NVME/);
    expect(got.stderr).not.toContain("Why"); // the best needs no reason
  });

  it("says what is wrong when the API is down", async () => {
    const [port] = await freePorts(1);
    const api = `http://127.0.0.1:${port}`;
    const { code, stdout } = await stack.waybill("doctor", "--api", api);
    expect(code).toBe(1);
    expect(stdout).toContain(`FAIL  API: ${api} does not answer`);
    const failed = await stack.waybill("put", await fileOf("x", Buffer.from("x")), "--api", api, "--json");
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(failed.stderr)).toEqual({
      error: { code: "API_UNREACHABLE", message: `The API at ${api} cannot be reached.` },
    });
  });

  it("sends nothing when one of several files is missing", async () => {
    const before = (await stack.waybill("ls", "--json")).stdout;
    const missing = join(folder, "missing.txt");
    const failed = await stack.waybill("put", await fileOf("there.txt", Buffer.from("x")), missing);
    expect(failed).toEqual({ code: 1, stdout: "", stderr: `waybill: ${missing} does not exist.\n` });
    expect((await stack.waybill("put", folder)).stderr).toContain("is a directory");
    expect((await stack.waybill("ls", "--json")).stdout).toBe(before);
  });

  it.each([
    [["put"], "missing required argument 'file'"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["url", "k", "--expires-in", "8d"], '"8d" is not a duration'],
    [["put", "f", "--route", "pigeon"], "'pigeon' is invalid. Allowed choices are auto, presigned, "],
    [["get", "k", "--route", "pigeon"], "'pigeon' is invalid. Allowed choices are auto, presigned, "],
    [["put", "f", "--include", "*.txt"], "--include and --exclude need --recursive (-r)."],
    [["put", "-r", "f", "--exclude", ""], '"" is not a glob'],
    [["get", "k", "--force"], "--force needs --recursive (-r)"],
    [["get", "-r", "k", "-o", "-"], "Several files do not fit on stdout"],
    [["uploads", "abort"], "Name one upload, or --all."],
    [["ls", "--api", "nowhere"], '"nowhere" is not the address of an API'],
  ])("answers %j with exit code 2", async (args, sentence) => {
    const { code, stderr } = await runCli(args, stack.env);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it("helps", async () => {
    const { code, stdout } = await stack.waybill("put", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--collection");
  });
});
