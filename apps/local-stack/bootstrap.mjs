// `npm start` and `npm test` from nothing but Node and npm: install what the lockfile names, build what
// has changed, go on with the Node that was installed. Plain JavaScript, since it runs before all that.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "node_modules", ".bin");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Waybill needs Node 20.19 or newer, and this is ${process.versions.node}.`);
  process.exit(1);
}

// npm's own variables would steer pnpm; turbo shall neither phone home nor wait for a daemon.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
env.PATH = `${bin}${delimiter}${env.PATH ?? ""}`;
env.TURBO_TELEMETRY_DISABLED = "1";
// A stack is eight processes that load much the same modules: compiled once, for all that are started later.
env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "node");

const [command] = process.argv.slice(2);
install();
if (command === "test")
  run("turbo", ["run", "lint", "build", "size", "test", "--concurrency=4", "--output-logs=new-only"]);
else if (command === "start") start();
else if (command === "conformance")
  run("pnpm", ["--recursive", "--workspace-concurrency=1", "run", "conformance"]);
else throw new Error(`bootstrap knows start, test and conformance, not ${JSON.stringify(command)}.`);

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const args = ["install", "--frozen-lockfile", "--reporter=append-only", "--silent"];
  if (existsSync(join(bin, "pnpm"))) return run("pnpm", args);
  console.log("Installing (once) …");
  run("npx", ["--yes", packageManager, ...args]);
}

function start() {
  console.log("Building what has changed …");
  run("turbo", ["run", "build", "--output-logs=errors-only"], { quiet: true });
  // The channel tells the stack when this process is gone, however it ended.
  const stack = spawn("node", ["apps/local-stack/src/main.ts"], {
    cwd: root,
    env,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const stop = () => stack.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  // npm ended without a word to us: nobody is left who could stop what we started.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 1000).unref();
  stack.on("exit", (code) => process.exit(code ?? 1));
}

function run(program, args, { quiet = false } = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: quiet ? "pipe" : "inherit",
  });
  if (error) console.error(`${program} could not be started: ${error.message}`);
  if (status === 0) return;
  if (quiet) console.error(`${stdout}${stderr}`);
  process.exit(status ?? 1);
}
