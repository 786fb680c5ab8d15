import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { WaybillError } from "@waybill/core";

/** Nothing is there, or cannot be: something on the way is no directory. */
const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR"]);

/** What is at a path; undefined where nothing is. @throws {WaybillError} `LOCAL_FILE` where nobody lets us look */
export async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (ABSENT.has(code)) return undefined;
    throw new WaybillError("LOCAL_FILE", `${path} cannot be looked at (${String(code)}).`, { cause: error });
  }
}
