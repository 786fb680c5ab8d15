import { constants } from "node:os";
import { CommanderError } from "commander";
import { createProgram } from "./create-program.ts";
import { explainError } from "./explain-error.ts";
import { UsageError } from "./usage-error.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const EXIT_SIGNAL = 128; // and the signal's number, as shells count

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const program = createProgram({
  print: (text) => void process.stdout.write(text),
  note,
  stopped: untilStopped(),
});
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ writeErr: () => {} });
}
process.stdout.on("error", () => process.exit(EXIT_FAILURE)); // nobody reads any more, as with `| head`

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
process.disconnect?.();

/** The first signal asks to stop, and the second does not wait. */
function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isAsked) process.exit(EXIT_SIGNAL + constants.signals[signal]);
      isAsked = true;
      resolve();
    });
  }
  process.once("disconnect", () => resolve());
  return promise;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
  if (error instanceof CommanderError || error instanceof UsageError) {
    note(`waybill-local-aws: ${error.message.replace(/^error: /, "")}`);
    if (error instanceof CommanderError) note("waybill-local-aws --help tells what it takes.");
    return EXIT_USAGE;
  }
  note(`waybill-local-aws: ${explainError(error)}`);
  return EXIT_FAILURE;
}
