import { ROUTES, RouteChoice } from "@waybill/core";
import { Command, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { CommandContext } from "./command-context.ts";
import { doctor } from "./commands/doctor.ts";
import { get } from "./commands/get.ts";
import { ls } from "./commands/ls.ts";
import { put } from "./commands/put.ts";
import { rm } from "./commands/rm.ts";
import { abortUploads, listUploads } from "./commands/uploads.ts";
import { url } from "./commands/url.ts";
import { parseDuration } from "./parse-duration.ts";
import { UsageError } from "./usage-error.ts";

export interface GlobalOptions {
  api?: string;
  json?: boolean;
}

/**
 * The command line: names, options and help.
 *
 * @param run - gives a command its context, and turns its outcome into an exit code
 */
export function createProgram(
  run: (options: GlobalOptions, command: (context: CommandContext) => Promise<void>) => Promise<void>,
): Command {
  const program = new Command("waybill")
    .description("Move files to and from S3 along checked, signed, verified routes.")
    .version(packageJson.version)
    .option("--api <url>", "where the API answers (or WAYBILL_API_URL; default http://127.0.0.1:4310)")
    .option("--json", "one line of JSON per result; errors as JSON on stderr")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const start = (command: (context: CommandContext) => Promise<void>) =>
    run(program.opts<GlobalOptions>(), command);
  const route = () =>
    new Option("--route <route>", "the way the bytes take")
      .choices(["auto", ...Object.keys(ROUTES)])
      .default("auto");

  program
    .command("put <file...>")
    .description("upload files; prints the key of each once the store is proven to hold it")
    .option("--collection <name>", "what kind of file it is; decides limits and access")
    .addOption(route())
    .action((files: string[], options: { collection?: string; route: string }) =>
      start((context) => put(context, files, { ...options, route: RouteChoice.parse(options.route) })),
    );

  program
    .command("get <key>")
    .description("download a file and verify it")
    .option("-o, --output <file>", "where to (default: its own name, here; - for stdout)")
    .addOption(route())
    .action((key: string, options: { output?: string }) => start((context) => get(context, key, options)));

  program
    .command("ls [prefix]")
    .description("list stored files")
    .action((prefix = "") => start((context) => ls(context, prefix)));

  program
    .command("rm <key...>")
    .description("remove files; if one does not exist, none is removed")
    .action((keys: string[]) => start((context) => rm(context, keys)));

  program
    .command("url <key>")
    .description("print a signed download link")
    .option("--expires-in <duration>", "how long it works: 90s, 15m, 12h, 7d", parseDuration)
    .option("--file-name <name>", "save it under another name")
    .action((key: string, options: { expiresIn?: number; fileName?: string }) =>
      start((context) => url(context, key, options)),
    );

  const uploads = program.command("uploads").description("list uploads that were begun but not finished");
  uploads.action(() => start(listUploads));
  uploads
    .command("abort [id]")
    .description("abort an unfinished upload and free what it had sent")
    .option("--all", "abort all of them")
    .action((id: string | undefined, { all }: { all?: boolean }) => {
      if ((id === undefined) === (all !== true)) throw new UsageError("Name one upload, or --all.");
      return start((context) => abortUploads(context, id === undefined ? "all" : { id }));
    });

  program
    .command("doctor")
    .description("check what an upload needs, and say how to mend it")
    .action(() => start(doctor));
  return program;
}
