import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tokenOf } from "./token-of.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
export const CLI = fileURLToPath(import.meta.resolve("@waybill/cli/bin/waybill.mjs"));

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Stack extends AsyncDisposable {
  webUrl: string;
  apiUrl: string;
  issuerUrl: string;
  /** Alice's, which `env` has as well. */
  token: string;
  env: Record<string, string | undefined>;
  /** Everything it has printed. */
  output: () => string;
  waybill: (...args: string[]) => Promise<CliResult>;
  /** Process ids of its services, the supervisor left out. */
  services: () => Promise<{ pid: number; command: string }[]>;
  /** @returns the exit code */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/**
 * `npm start` without the installing.
 *
 * @param options.dataDir - when left out, a new one that goes with the stack
 * @param options.ports - when left out, free ones
 * @param options.variables - further environment variables
 */
export async function startStack(
  options: { dataDir?: string; ports?: number[]; variables?: Record<string, string> } = {},
): Promise<Stack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "waybill-stack-")));
  const [web, api, aws, oidc, gateway, cloudfront, stream] = options.ports ?? (await freePorts(7));
  const env = {
    ...process.env,
    WAYBILL_WEB_PORT: String(web),
    WAYBILL_API_PORT: String(api),
    WAYBILL_AWS_PORT: String(aws),
    WAYBILL_OIDC_PORT: String(oidc),
    WAYBILL_GATEWAY_PORT: String(gateway),
    WAYBILL_CLOUDFRONT_PORT: String(cloudfront),
    WAYBILL_STREAM_PORT: String(stream),
    WAYBILL_OIDC_TOKEN_SECONDS: "3600", // longer than any test
    WAYBILL_DATA_DIR: dataDir,
    XDG_STATE_HOME: join(dataDir, "state"), // not that of whoever runs the tests
    ...options.variables,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const ready = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes("Waybill is ready")) resolve();
    };
    child.stdout.on("data", onData);
    child.stderr.on("data", onData);
    child.once("exit", () => reject(new Error(`The stack ended before it was ready:\n${printed}`)));
  });
  await ready;
  const exited = once(child, "exit");
  const issuerUrl = `http://127.0.0.1:${oidc}`;
  const token = await tokenOf(issuerUrl, "alice");
  const userEnv = { ...env, WAYBILL_TOKEN: token };

  const stack: Stack = {
    webUrl: `http://127.0.0.1:${web}`,
    apiUrl: `http://127.0.0.1:${api}`,
    issuerUrl,
    token,
    env: userEnv,
    output: () => printed,
    waybill: (...args) => runCli(args, userEnv),
    services: () => childrenOf(child.pid ?? 0),
    async stop(signal = "SIGINT") {
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
    async [Symbol.asyncDispose]() {
      await stack.stop("SIGTERM");
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
  return stack;
}

/** @param options.interrupt - as Ctrl-C does, as soon as it has told of a first result */
export function runCli(
  args: string[],
  env: NodeJS.ProcessEnv,
  { interrupt = false }: { interrupt?: boolean } = {},
): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...args],
      { env, maxBuffer: 64 * 1024 ** 2 },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    if (interrupt) child.stdout?.once("data", () => child.kill("SIGINT"));
  });
}

/**
 * Ports that nobody listens on now. None of those that the system gives to whoever asks for any, from 32768 on: it would
 * give them to the tests that run at the same time, before the stack has come to listen.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(11_000, 32_768); // below are some that no browser goes to
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  }
  await once(server.close(), "close");
  return true;
}

async function childrenOf(parent: number): Promise<RunningProcess[]> {
  return (await runningProcesses()).filter(({ parentPid }) => parentPid === parent);
}

export interface RunningProcess {
  pid: number;
  parentPid: number;
  command: string;
}

export function runningProcesses(): Promise<RunningProcess[]> {
  return new Promise((resolve, reject) => {
    execFile("ps", ["-A", "-o", "pid=,ppid=,args="], (error, stdout) => {
      if (error !== null) return reject(error);
      const rows = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
      resolve(
        rows.flatMap((row) =>
          row === null ? [] : [{ pid: Number(row[1]), parentPid: Number(row[2]), command: row[3] ?? "" }],
        ),
      );
    });
  });
}
