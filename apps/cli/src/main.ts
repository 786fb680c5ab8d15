import { join } from "node:path";
import { createFileJournal, createWaybillClient, type ClientCollections } from "@waybill/client/node";
import { WaybillError } from "@waybill/core";
import { CommanderError } from "commander";
import { createProgram } from "./create-program.ts";
import { parseEnv } from "./env.ts";
import { errorReport, printError } from "./error-report.ts";
import { findIdentity } from "./login/identity.ts";
import { createTerminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const json = process.argv.includes("--json");
const terminal = createTerminal();
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new WaybillError("ABORTED")));
process.once("SIGTERM", () => interrupted.abort(new WaybillError("ABORTED")));
process.stdout.on("error", () => process.exit(EXIT_FAILURE)); // nobody reads any more, as with `| head`

const program = createProgram(async (options, command) => {
  const env = parseEnv(process.env);
  const apiUrl = options.api ?? env.apiUrl;
  if (!/^https?:\/\/[^/]/.test(apiUrl) || !URL.canParse(apiUrl)) {
    throw new UsageError(
      `${JSON.stringify(apiUrl)} is not the address of an API, such as http://127.0.0.1:4310.`,
    );
  }
  const identity = await findIdentity({ ...env, apiUrl });
  using client = createWaybillClient<ClientCollections>({
    url: apiUrl,
    token: identity.token,
    journal: createFileJournal(join(env.stateDir, "uploads", identity.principalKey)),
    maxRequests: options.concurrency,
    maxBytesPerSecond: options.limitRate,
  });
  const { signal } = interrupted;
  await command({ client, apiUrl, env, identity, terminal, json: options.json ?? false, signal });
});
for (const command of [
  program,
  ...program.commands,
  ...program.commands.flatMap((child) => child.commands),
]) {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: (text) => void process.stdout.write(text) });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** One clear sentence on stderr. */
function explain(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
  if (error instanceof UsageError || error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "").replace(/\n.*/s, "");
    const sentence = error.message === "(outputHelp)" ? "Name a command; see waybill --help." : message;
    printError({ terminal, json }, { code: "USAGE", message: sentence });
    return EXIT_USAGE;
  }
  printError({ terminal, json }, errorReport(error));
  const isNobody = error instanceof WaybillError && error.code === "UNAUTHENTICATED";
  if (isNobody && !json && parseEnv(process.env).token === undefined) {
    terminal.note("Log in with: npx waybill login");
  }
  return EXIT_FAILURE;
}
