import { relative } from "node:path";
import { createLocalAws } from "../create-local-aws.ts";
import { browserCorsRules } from "../s3/cors/cors-rule.ts";
import { DEFAULT_ROLE } from "./default-role.ts";
import {
  DEFAULT_DATA_DIR,
  DEFAULT_PORT,
  DEFAULT_REGION,
  type PlaceOptions,
  type ServeOptions,
} from "./options.ts";
import { shellQuote } from "./shell-quote.ts";

/** The process around a command. */
export interface Terminal {
  print: (text: string) => void;
  /** For people, on the side. */
  note: (text: string) => void;
  /** Resolves when the server shall stop. */
  stopped: Promise<void>;
}

/** Run the stand-ins until the terminal says stop. */
export async function serve(options: ServeOptions, { print, note, stopped }: Terminal): Promise<void> {
  const { corsOrigins, isQuiet } = options;
  const cors = corsOrigins.length === 0 ? {} : { cors: browserCorsRules(corsOrigins) };
  await using aws = await createLocalAws({
    dataDir: options.dataDir,
    port: options.port,
    region: options.region,
    roles: [DEFAULT_ROLE],
    buckets: options.buckets.map((name) => ({ name, ...cors })),
    checksums: options.checksums,
    ...(options.controlPort === undefined ? {} : { controlPort: options.controlPort }),
    log: isQuiet ? () => {} : note,
  });
  if (!isQuiet) print(toGreeting({ ...options, port: aws.port }, aws.controlEndpoint));
  await stopped;
}

function toGreeting(options: ServeOptions, controlEndpoint: string | undefined): string {
  const folder = relative(process.cwd(), options.dataDir);
  const data = folder === "" || folder.startsWith("..") ? options.dataDir : folder;
  return [
    `S3, STS and SQS on http://127.0.0.1:${options.port}, data in ${data}`,
    `In another shell, from this folder:  eval "$(npx waybill-local-aws env${toArguments(options, data)})"`,
    ...(controlEndpoint === undefined ? [] : [`Faults by ${controlEndpoint}`]),
    "Stop with Ctrl-C. Requests that are refused:",
    "",
  ].join("\n");
}

/** Only what is not the default. */
function toArguments({ port, region }: PlaceOptions, data: string): string {
  return [
    port === DEFAULT_PORT ? "" : ` --port ${port}`,
    data === DEFAULT_DATA_DIR ? "" : ` --data ${shellQuote(data)}`,
    region === DEFAULT_REGION ? "" : ` --region ${region}`,
  ].join("");
}
