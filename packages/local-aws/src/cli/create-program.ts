import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import {
  DEFAULT_DATA_DIR,
  DEFAULT_PORT,
  DEFAULT_REGION,
  parsePlaceOptions,
  parseServeOptions,
} from "./options.ts";
import { toExports } from "./to-exports.ts";
import type { Terminal } from "./serve.ts";

/** The command line: names, options and help. What is printed and thrown is the caller's. */
export function createProgram(terminal: Terminal): Command {
  const program = withPlaceOptions(new Command("waybill-local-aws"))
    .description("Strict stand-ins of AWS services on 127.0.0.1, in the foreground.")
    .version(packageJson.version)
    .enablePositionalOptions() // those behind `env` are its own
    .option("--bucket <name...>", "make these buckets if they are missing")
    .option("--cors <origin...>", "let pages at these origins use those buckets")
    .option(
      "--checksums <support>",
      "kept; ignored or refused, as by stores that have MD5 alone (default: kept)",
    )
    .option("--control-port <number>", "where other processes may inject faults (default: nowhere)")
    .option("--quiet", "print nothing but errors")
    .action(async (given: unknown) => {
      const options = parseServeOptions(given);
      const { serve } = await import("./serve.ts"); // most of the program: `env` is quick without it
      await serve(options, terminal);
    });

  withPlaceOptions(program.command("env"))
    .description("print the shell exports with which clients find the server and may use it")
    .action(async (own: object) => {
      const place = parsePlaceOptions({ ...program.opts(), ...own }, { minPort: 1 });
      terminal.print(await toExports(place));
    });
  return program;
}

function withPlaceOptions(command: Command): Command {
  return command
    .option("--port <number>", `where it listens; 0 takes any free one (default: ${DEFAULT_PORT})`)
    .option("--data <folder>", `where everything is kept (default: ${DEFAULT_DATA_DIR})`)
    .option("--region <name>", `of all buckets (default: ${DEFAULT_REGION})`);
}
