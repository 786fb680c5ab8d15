import { realpath, stat } from "node:fs/promises";
import { WaybillError } from "@waybill/core";

/** Where a download goes. */
export interface DownloadTarget {
  /** Behind links: a file is written through them, not over them. */
  path: string;
  /** A regular file is replaced when all is there; a pipe or a device is written to. */
  kind: "file" | "pipe";
}

/** @throws {WaybillError} `LOCAL_FILE` for a directory */
export async function findDownloadTarget(asked: string): Promise<DownloadTarget> {
  const path = await realpath(asked).catch(() => asked);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new WaybillError("LOCAL_FILE", `${asked} is a directory.`);
  return { path, kind: existing === undefined || existing.isFile() ? "file" : "pipe" };
}
