import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import { WaybillError, type RouteChoice } from "@waybill/core";
import mime from "mime";
import type { CommandContext } from "../command-context.ts";
import { formatBytes, printable } from "../format.ts";
import { createProgressBar } from "../progress-bar.ts";

export interface PutOptions {
  collection?: string | undefined;
  route: RouteChoice;
}

/** Upload files, one after another; every file is looked at before the first byte leaves. */
export async function put(
  context: CommandContext,
  files: readonly string[],
  options: PutOptions,
): Promise<void> {
  for (const file of files) await assertReadable(file);
  for (const file of files) await putOne(context, file, options);
}

async function putOne(
  context: CommandContext,
  file: string,
  { collection, route }: PutOptions,
): Promise<void> {
  const { client, terminal, json, signal } = context;
  using bar = createProgressBar(context, basename(file));
  const contentType = mime.getType(file) ?? undefined;
  const result = await client.upload(file, {
    collection,
    route,
    contentType,
    signal,
    onProgress: bar.report,
  });
  bar[Symbol.dispose]();
  const { key, sizeBytes, checksum, partCount } = result;
  const durationMs = Math.round(result.durationMs);
  if (json)
    terminal.print(JSON.stringify({ key, sizeBytes, checksum, route: result.route, partCount, durationMs }));
  else {
    terminal.print(key);
    const how = partCount === 1 ? "one request" : `${partCount} parts`;
    const proof = `${checksum.algorithm} ${checksum.value}`;
    terminal.note(
      `${printable(basename(file))}: ${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s, ${how}, ${proof}`,
    );
  }
}

async function assertReadable(file: string): Promise<void> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) {
      throw new WaybillError(
        "LOCAL_FILE",
        `${file} is a directory; only files can be uploaded, so name those in it.`,
      );
    }
    await access(file, constants.R_OK);
  } catch (error) {
    if (error instanceof WaybillError) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new WaybillError("LOCAL_FILE", `${file} ${missing ? "does not exist" : "may not be read"}.`, {
      cause: error,
    });
  }
}
