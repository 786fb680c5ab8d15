import { stat } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";
import { fileNameOfKey, safeFileName, WaybillError } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { formatBytes } from "../format.ts";
import { createProgressBar } from "../progress-bar.ts";

/**
 * Download one object.
 *
 * @param options.output - a file, which is replaced; a folder; `-` for stdout. When left out, a file
 *   of the object's own name in this folder, which must not be there yet
 */
export async function get(
  context: CommandContext,
  key: string,
  options: { output?: string | undefined },
): Promise<void> {
  const { client, terminal, json, signal } = context;
  const toStdout = options.output === "-";
  const target = toStdout ? undefined : await targetOf(context, key, options.output);
  using bar = createProgressBar(context, fileNameOfKey(key));
  const result = await client.download(key, target ?? writeToStdout, { signal, onProgress: bar.report });
  bar[Symbol.dispose]();
  const { sizeBytes, checksum, verified } = result;
  const durationMs = Math.round(result.durationMs);
  const summary = { key, file: target ?? null, sizeBytes, checksum, verified, durationMs };
  // stdout belongs to the bytes
  const write = toStdout ? terminal.note : terminal.print;
  if (json) write(JSON.stringify(summary));
  else if (target !== undefined) terminal.print(target);
  if (!json)
    terminal.note(
      `${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s, ${verified ? "verified" : "NOT verified: the store has no checksum of it"}`,
    );
}

async function targetOf(
  { client, signal }: CommandContext,
  key: string,
  output: string | undefined,
): Promise<string> {
  if (output !== undefined && !(await isDirectory(output))) return output;
  const { fileName } = await client.call((api) => api.objects.head.query({ key }, { signal }), signal);
  const target = join(output ?? "", safeFileName(fileName)); // a stored name never chooses the folder
  if (output === undefined && (await exists(target))) {
    throw new WaybillError(
      "LOCAL_FILE",
      `${target} is there already; name another file with -o, or this one to replace it.`,
    );
  }
  return target;
}

async function writeToStdout(chunk: Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
