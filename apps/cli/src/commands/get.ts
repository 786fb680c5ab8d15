import { join } from "node:path";
import { once } from "node:events";
import type { DownloadResult, WaybillClient } from "@waybill/client/node";
import { fileNameOfKey, safeFileName, WaybillError, type RouteChoice } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { formatBytes } from "../format.ts";
import { hintAtResuming } from "../hint-at-resuming.ts";
import { createProgressBar } from "../progress-bar.ts";
import { followTransfer } from "../transfers/follow-transfer.ts";
import { noteRoute } from "../transfers/note-route.ts";
import { statIfThere } from "../stat-if-there.ts";

/**
 * Download one object.
 *
 * @param options.output - a file, which is replaced; a folder; `-` for stdout. When left out, a file
 *   of the object's own name in this folder, which must not be there yet
 */
export async function get(
  context: CommandContext,
  key: string,
  options: { output?: string | undefined; resume: boolean; route: RouteChoice },
): Promise<void> {
  const { terminal, json } = context;
  const toStdout = options.output === "-";
  const target = toStdout ? undefined : await targetOf(context, key, options.output);
  const result = await download(context, key, target ?? writeToStdout, options);
  const { sizeBytes, checksum, verified, route, routeReason } = result;
  const durationMs = Math.round(result.durationMs);
  const way = { route, routeReason };
  const summary = { key, file: target ?? null, sizeBytes, checksum, verified, ...way, durationMs };
  // stdout belongs to the bytes
  const write = toStdout ? terminal.note : terminal.print;
  if (json) write(JSON.stringify(summary));
  else if (target !== undefined) terminal.print(target);
  if (json) return;
  const proof = verified
    ? `verified by ${checksum.algorithm}`
    : "NOT verified: nothing that the store says proves it";
  terminal.note(`${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s by ${route}, ${proof}`);
  noteRoute(terminal, result, options.route);
}

async function download(
  context: CommandContext,
  key: string,
  to: Parameters<WaybillClient["download"]>[1],
  { resume: keepPartial, route }: { resume: boolean; route: RouteChoice },
): Promise<DownloadResult> {
  const { client, signal } = context;
  using bar = createProgressBar(context, fileNameOfKey(key));
  try {
    return await hintAtResuming(context, keepPartial && typeof to === "string", () =>
      followTransfer(client.startDownload(key, to, { signal, keepPartial, route }), bar.onEvent),
    );
  } catch (error) {
    throw await explainMissing(context, key, error);
  }
}

/** Where there is no object, but others are below its key, says so. */
async function explainMissing(
  { client, signal }: CommandContext,
  key: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND")) return error;
  const prefix = key.endsWith("/") ? key : `${key}/`;
  const { objects } = await client.call(
    (api) => api.objects.list.query({ prefix, limit: 1 }, { signal }),
    signal,
  );
  if (objects.length === 0) return error;
  const sentence = `${JSON.stringify(key)} is not one file; get --recursive (-r) brings all that is below it.`;
  return new WaybillError("OBJECT_NOT_FOUND", sentence);
}

async function targetOf(context: CommandContext, key: string, output: string | undefined): Promise<string> {
  if (output !== undefined && !(await isDirectory(output))) return output;
  const { client, signal } = context;
  const { fileName } = await client
    .call((api) => api.objects.head.query({ key }, { signal }), signal)
    .catch(async (error: unknown) => {
      throw await explainMissing(context, key, error);
    });
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
  return (await statIfThere(path))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await statIfThere(path)) !== undefined;
}
