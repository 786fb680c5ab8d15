import { DEPLOYMENT_FILE, Route, ROUTE_PATHS, RouteChoice } from "@waybill/core";
import { Command, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addShareCommands } from "./add-share-commands.ts";
import type { CommandContext } from "./command-context.ts";
import { credentials } from "./commands/credentials.ts";
import { doctor } from "./commands/doctor.ts";
import { getRecursive } from "./commands/get-recursive.ts";
import { get } from "./commands/get.ts";
import { ls } from "./commands/ls.ts";
import { put } from "./commands/put.ts";
import { rm } from "./commands/rm.ts";
import { abortUploads, listUploads } from "./commands/uploads.ts";
import { url } from "./commands/url.ts";
import { whoAmI } from "./commands/who-am-i.ts";
import { readDeployment } from "./doctor/read-deployment.ts";
import { createPathFilter, type PathFilter } from "./folders/create-path-filter.ts";
import { parseIssuer } from "./login/parse-issuer.ts";
import { parseDuration } from "./parse-duration.ts";
import { parseConcurrency, parseRate } from "./parse-rate.ts";
import { UsageError } from "./usage-error.ts";

export interface GlobalOptions {
  api?: string;
  json?: boolean;
  limitRate?: number;
  concurrency?: number;
}

interface PutFlags {
  collection?: string;
  route: string;
  anew?: boolean;
  resume: boolean;
  ifChanged: "restart" | "refuse";
}

interface GetFlags {
  output?: string;
  route: string;
  force?: boolean;
  resume: boolean;
}

interface FilterOptions {
  recursive?: boolean;
  include?: string[];
  exclude?: string[];
}

const ROUTE_HELP = `
Routes, of which a deployment need not have all:
  auto         the first that carries it, and another when that fails
${Object.entries(ROUTE_PATHS)
  .map(([name, path]) => `  ${name.padEnd(11)}  ${path}`)
  .join("\n")}
`;

const GLOB_HELP = `
Globs are matched below the directory, or the prefix. Without a slash a glob means a name at any
depth ("*.jpg"), with one the whole path ("2024/**/*.jpg"); one that matches a folder means all in it
("node_modules"). Both options can be repeated; what is excluded is left out in any case.`;

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
    .option("--limit-rate <rate>", "bytes per second of all files together: 500k, 2M", parseRate)
    .option(
      "--concurrency <count>",
      "the most requests that move bytes at once (default: as many as help)",
      parseConcurrency,
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const start = (command: (context: CommandContext) => Promise<void>) =>
    run(program.opts<GlobalOptions>(), command);
  const route = () =>
    new Option("--route <route>", "the way the bytes take: see below")
      .choices(["auto", ...Route.options])
      .default("auto");
  const glob = (flags: string, description: string) =>
    new Option(flags, description).argParser<string[] | undefined>((value, globs) => [
      ...(globs ?? []),
      value,
    ]);

  program
    .command("put <file...>")
    .description("upload files; prints the key of each once the store is proven to hold it")
    .option("-r, --recursive", "directories too: all files in them, each at its place below one key prefix")
    .addOption(glob("--include <glob>", "with -r: only files that match"))
    .addOption(glob("--exclude <glob>", "with -r: no files that match"))
    .option("--no-resume", "begin anew, and keep nothing of an upload that breaks off")
    .option("--anew", "with -r: a new copy, also where an earlier one broke off")
    .addOption(
      new Option("--if-changed <what>", "when a file has changed since its upload broke off")
        .choices(["restart", "refuse"])
        .default("restart"),
    )
    .option("--collection <name>", "what kind of file it is; decides limits and access")
    .addOption(route())
    .addHelpText("after", ROUTE_HELP + GLOB_HELP)
    .action((files: string[], { collection, ...options }: FilterOptions & PutFlags) => {
      const filter = filterOf(options);
      const { anew = false, resume, ifChanged: onChangedSource } = options;
      if (anew && filter === undefined) throw new UsageError("--anew needs --recursive (-r).");
      const chosen = RouteChoice.parse(options.route);
      return start((context) =>
        put(context, files, { collection, route: chosen, filter, anew, resume, onChangedSource }),
      );
    });

  program
    .command("get <key>")
    .description("download a file and verify it; or, with -r, all that is below a key prefix")
    .option("-o, --output <file>", "where to (default: its own name, here; - for stdout)")
    .option("-r, --recursive", "KEY is a prefix, OUTPUT a folder (default: this one)")
    .addOption(glob("--include <glob>", "with -r: only files that match"))
    .addOption(glob("--exclude <glob>", "with -r: no files that match"))
    .option("--force", "with -r: replace files that are there and differ")
    .option("--no-resume", "keep nothing of a file that breaks off")
    .addOption(route())
    .addHelpText("after", ROUTE_HELP + GLOB_HELP)
    .action((key: string, options: FilterOptions & GetFlags) => {
      const filter = filterOf(options);
      const { output, force = false, resume } = options;
      const chosen = RouteChoice.parse(options.route);
      if (filter === undefined) {
        if (force) throw new UsageError("--force needs --recursive (-r); a single file goes where -o says.");
        return start((context) => get(context, key, { output, resume, route: chosen }));
      }
      if (output === "-") throw new UsageError("Several files do not fit on stdout: name a folder with -o.");
      return start((context) =>
        getRecursive(context, key, { output: output ?? ".", filter, force, resume, route: chosen }),
      );
    });

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
    .option("--expires-in <duration>", "how long it works: 90s, 15m, 12h, 7d", (text) => parseDuration(text))
    .option("--file-name <name>", "save it under another name")
    .action((key: string, options: { expiresIn?: number; fileName?: string }) =>
      start((context) => url(context, key, options)),
    );

  addShareCommands(program, start);

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
    .command("login")
    .description("log in to the API, with a browser")
    .addOption(new Option("--device", "show a code: the browser may be on any device").conflicts("browser"))
    .option("--browser", "use a browser of this machine")
    .option("--issuer <url>", "the OpenID provider, when the API does not say", parseIssuer)
    .option("--client-id <id>", "as which client this command is known there")
    .action((options: { device?: boolean; browser?: boolean; issuer?: string; clientId?: string }) =>
      start(async (context) => {
        const { login } = await import("./commands/login.ts"); // what only few commands need
        const { issuer, clientId } = options;
        const how = options.device ? "device" : options.browser ? "browser" : undefined;
        await login(context, { issuer, clientId, how });
      }),
    );

  program
    .command("logout")
    .description("log out, here and at the provider")
    .action(() => start(async (context) => (await import("./commands/logout.ts")).logout(context)));

  program
    .command("whoami")
    .description("print who the API says you are")
    .action(() => start(whoAmI));

  program
    .command("credentials")
    .description("print temporary AWS credentials for one's files of a collection, for any S3 client")
    .option("--collection <name>", "which collection", "files")
    .option("--env", "as lines for a shell; else as credential_process in ~/.aws/config wants them")
    .action(({ collection, env = false }: { collection: string; env?: boolean }) =>
      start((context) => credentials(context, { collection, env })),
    );

  program
    .command("doctor")
    .description("check what an upload needs, and say how to mend it")
    .option("--deployed [file]", `check what was deployed to AWS (default: as ${DEPLOYMENT_FILE} here says)`)
    .action(async ({ deployed }: { deployed?: string | true }) => {
      if (deployed === undefined) return start(doctor);
      const deployment = await readDeployment(deployed === true ? DEPLOYMENT_FILE : deployed);
      const { apiUrl: api, pageUrl } = deployment;
      return run({ ...program.opts<GlobalOptions>(), api }, (context) =>
        doctor({ ...context, env: { ...context.env, webOrigin: new URL(pageUrl).origin } }, deployment),
      );
    });
  return program;
}

/** Undefined for a command that is not to be recursive. @throws {UsageError} */
function filterOf({ recursive = false, include = [], exclude = [] }: FilterOptions): PathFilter | undefined {
  if (recursive) return createPathFilter({ include, exclude });
  if (include.length + exclude.length === 0) return undefined;
  throw new UsageError("--include and --exclude need --recursive (-r).");
}
