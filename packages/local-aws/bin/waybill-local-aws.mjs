#!/usr/bin/env node
// Apart from the rest, since it may run in a Node that has no node:sqlite.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

/** The Node that the lockfile brings, where there is one for this machine. */
const ownNode = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
const IS_SECOND_TRY = "WAYBILL_LOCAL_AWS_SECOND_TRY";

const main = new URL("../dist/waybill-local-aws.mjs", import.meta.url);

if (!existsSync(main)) fail("not built yet: run `npm start` or `npx turbo build` once.");
else if (isBuiltin("node:sqlite")) await run();
else if (process.env[IS_SECOND_TRY] === undefined && existsSync(ownNode)) runWith(ownNode);
else {
  fail(`this needs Node 22.13 or newer, and is ${process.versions.node}.`);
}

async function run() {
  // Many small uploads would let the space of young objects grow to over 100 MiB, for nothing: their buffers
  // are soon free.
  setFlagsFromString("--semi-space-growth-factor=1");
  // A large upload makes V8 mark the whole heap 34 times per GiB, on four threads, because of the memory of its
  // buffers, which is young and soon free. The heap itself has 11 MiB: marked at one go it takes 10 ms, and seldom.
  setFlagsFromString("--no-incremental-marking");
  await import(main.href);
}

function runWith(node) {
  // In a group of its own, so that a terminal's Ctrl-C reaches it once: from here. The channel tells it
  // when this process is gone, however it ended.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    detached: true,
    env: { ...process.env, [IS_SECOND_TRY]: "1" },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function fail(problem) {
  process.stderr.write(`waybill-local-aws: ${problem}\n`);
  process.exitCode = 1;
}
