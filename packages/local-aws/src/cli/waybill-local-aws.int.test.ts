import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const BIN = fileURLToPath(new URL("../../bin/waybill-local-aws.mjs", import.meta.url));
const ORIGIN = "http://localhost:3000";

let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-aws-cli-"));
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

interface Outcome {
  code: number | string | undefined;
  stdout: string;
  stderr: string;
}

/** Run to the end. */
async function run(...args: string[]): Promise<Outcome> {
  const command = promisify(execFile)(process.execPath, [BIN, ...args], { cwd: folder });
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Outcome) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

interface Server {
  endpoint: string;
  port: number;
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** `0`, or the signal. */
  ended: Promise<number | string | null>;
}

/** Start one on any free port and wait for its first line. */
async function start(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Server> {
  const child = spawn(process.execPath, [...nodeArgs, BIN, "--port", "0", ...args], { cwd: folder });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | string | null>((resolve) => {
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  const endpoint = await vi.waitFor(
    () => {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout) ?? [];
      if (url === undefined) throw new Error(`it did not start: ${stdout}${stderr}`);
      return url;
    },
    { timeout: 20_000, interval: 20 },
  );
  const port = Number(new URL(endpoint).port);
  return { endpoint, port, child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** What a POSIX shell makes of the exports. */
async function evaluate(...args: string[]): Promise<Record<string, string>> {
  const script = `eval "$("$@")" && env`;
  const { stdout } = await promisify(execFile)(
    "sh",
    ["-c", script, "sh", process.execPath, BIN, "env", ...args],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"] },
    },
  );
  return Object.fromEntries(
    stdout
      .split("\n")
      .filter((line) => /^(S3|STS)_/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

describe.concurrent("waybill-local-aws", () => {
  it("serves clients that know no more than its exports", async () => {
    const data = join(folder, "it's a folder");
    const server = await start(["--data", data, "--bucket", "first", "second", "--cors", ORIGIN]);
    const shown = await evaluate("--port", String(server.port), "--data", data);
    const keys: unknown = JSON.parse(await readFile(join(data, "credentials.json"), "utf8"));
    expect(keys).toEqual({
      accessKeyId: shown["S3_ACCESS_KEY_ID"],
      secretAccessKey: shown["S3_SECRET_ACCESS_KEY"],
    });
    expect(shown).toMatchObject({
      S3_ENDPOINT: server.endpoint,
      S3_REGION: "us-east-1",
      S3_FORCE_PATH_STYLE: "true",
      STS_ENDPOINT: server.endpoint,
      STS_ROLE_ARN: "arn:aws:iam::000000000000:role/waybill",
    });

    const region = shown["S3_REGION"] ?? "";
    const credentials = {
      accessKeyId: shown["S3_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: shown["S3_SECRET_ACCESS_KEY"] ?? "",
    };
    using sts = disposable(new STSClient({ endpoint: shown["STS_ENDPOINT"] ?? "", region, credentials }));
    const { Credentials: session } = await sts.client.send(
      new AssumeRoleCommand({ RoleArn: shown["STS_ROLE_ARN"], RoleSessionName: "test" }),
    );
    using s3 = disposable(
      new S3Client({
        endpoint: shown["S3_ENDPOINT"] ?? "",
        region,
        forcePathStyle: true,
        credentials: {
          accessKeyId: session?.AccessKeyId ?? "",
          secretAccessKey: session?.SecretAccessKey ?? "",
          sessionToken: session?.SessionToken ?? "",
        },
      }),
    );
    for (const Bucket of ["first", "second"]) {
      await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Bucket }));
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
      expect(await Body?.transformToString()).toBe(Bucket);
    }
    const preflight = await fetch(`${server.endpoint}/first/k`, {
      method: "OPTIONS",
      headers: { origin: ORIGIN, "access-control-request-method": "PUT" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(ORIGIN);

    expect((await fetch(`${server.endpoint}/first/k?X-Amz-Signature=abc`)).status).toBe(400);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    expect(server.stderr()).toBe("400 AuthorizationQueryParametersError GET /first/k\n");
    expect(server.stdout()).toContain(
      `eval "$(npx waybill-local-aws env --port ${server.port} --data 'it'\\''s a folder')"`,
    );
    expect(server.stdout() + server.stderr()).not.toContain(credentials.secretAccessKey);
  });

  it("makes its keys once, whoever is first", async () => {
    const args = ["env", "--data", join(folder, "race"), "--region", "eu-west-1"];
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => run(...args)));
    expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1);
    expect(outcomes[0]?.stdout).toMatch(
      /^export S3_ENDPOINT='http:\/\/127.0.0.1:4330'\nexport S3_REGION='eu-west-1'\nexport S3_ACCESS_KEY_ID='LOCAL/,
    );
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(outcomes.map(() => [0, ""]));
  });

  it("prints nothing when it shall be quiet, and stops on SIGHUP", async () => {
    const data = join(folder, "quiet");
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, "--quiet", "--data", data, "--port", String(port)], {
      cwd: folder,
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/bucket`), { timeout: 20_000 });
    child.kill("SIGHUP");
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
    running.delete(child);
    expect(output).toBe("");
  });

  it("waits for nobody at the second signal", async () => {
    const server = await start(["--data", join(folder, "second")]);
    const socket = connect(server.port, "127.0.0.1").on("error", () => {});
    socket.write("PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"); // and no body
    await eventually(() => expect(server.stderr()).toContain("404 NoSuchBucket PUT /b/k"));
    server.child.kill("SIGINT");
    await eventually(async () => expect(await isAnswered(server.endpoint)).toBe(false));
    server.child.kill("SIGINT");
    expect(await server.ended).toBe(130);
    socket.destroy();
  });

  it("says what to do when its port, or its folder, is taken", async () => {
    const data = join(folder, "taken");
    const { port } = await start(["--data", data]);
    expect(await run("--port", String(port), "--data", join(folder, "other"))).toEqual({
      code: 1,
      stdout: "",
      stderr: `waybill-local-aws: port ${port} is taken by another program: give another one with --port, or 0 for any free one.\n`,
    });
    expect(await run("--port", "0", "--data", data)).toEqual({
      code: 1,
      stdout: "",
      stderr: `waybill-local-aws: another process uses ${join(data, "s3.sqlite")}\n`,
    });
  });

  it("says which folder it cannot use", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, stdout, stderr } = await run("--data", "file/data");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^waybill-local-aws: the data folder cannot be used \(ENOTDIR: .*\): give another one with --data.\n$/,
    );
    await mkdir(join(folder, "foreign"));
    await writeFile(
      join(folder, "foreign/s3.sqlite"),
      "no database, but long enough to be taken for one".repeat(99),
    );
    const foreign = await run("--data", "foreign", "--port", "0");
    expect([foreign.code, foreign.stderr]).toEqual([
      1,
      `waybill-local-aws: ${join(folder, "foreign/s3.sqlite")} is not of this program: use another data folder\n`,
    ]);
  });

  it("takes faults on a port of their own when it is given one", async () => {
    const server = await start(["--data", join(folder, "faults"), "--control-port", "0"]);
    const control = await vi.waitFor(() => {
      const [, url = ""] = /^Faults by (\S+)$/m.exec(server.stdout()) ?? [];
      expect(url).not.toBe("");
      return url;
    });
    expect(await (await fetch(`${control}/faults`)).json()).toEqual({ faults: [] });
    expect((await fetch(`${server.endpoint}/faults`)).status).toBe(404);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  it("does nothing when it is called wrongly", async () => {
    expect(await run("--nope")).toEqual({
      code: 2,
      stdout: "",
      stderr: "waybill-local-aws: unknown option '--nope'\nwaybill-local-aws --help tells what it takes.\n",
    });
  });
});

describe.concurrent("with a Node that cannot run it", () => {
  const OLD = ["--no-experimental-sqlite"];
  const OWN = fileURLToPath(new URL("../../../../node_modules/.bin/node", import.meta.url)); // not for every machine

  it.runIf(existsSync(OWN))("goes on with its own, which hears of signals", async () => {
    const server = await start(["--data", join(folder, "old")], OLD);
    expect((await fetch(`${server.endpoint}/b`)).status).toBe(404);
    server.child.kill("SIGINT");
    expect(await server.ended).toBe(0);
    await expect(fetch(server.endpoint)).rejects.toThrow("fetch failed");
  });

  it.runIf(existsSync(OWN))("stops with the one that was started, however that ends", async () => {
    const server = await start(["--data", join(folder, "killed")], OLD);
    server.child.kill("SIGKILL");
    await eventually(async () => expect(await isAnswered(server.endpoint)).toBe(false));
  });

  it("says what it needs when there is no other", async () => {
    const env = { ...process.env, NODE_OPTIONS: OLD.join(" ") };
    const { code, stderr } = await promisify(execFile)(process.execPath, [BIN], { cwd: folder, env }).then(
      () => ({ code: 0, stderr: "" }),
      (error: Outcome) => error,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/needs Node 22.13 or newer/);
  });
});

/** A busy machine may take its time to start and stop processes. */
function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000 });
}

/** Not by `rejects`: vitest remembers each promise that does not, also where it is tried again. */
async function isAnswered(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function disposable<Client extends { destroy(): void }>(client: Client): { client: Client } & Disposable {
  return { client, [Symbol.dispose]: () => client.destroy() };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
