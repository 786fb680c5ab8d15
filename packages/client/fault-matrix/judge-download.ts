import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Cell } from "./cell.ts";
import type { ClientReport } from "./job.ts";
import { sha256Of } from "../rig/seeded-bytes.ts";

/** What really lies under the file's name; a page has no file, and says the digest of what came. */
export async function judgeDownload(
  report: ClientReport,
  { path, accepted }: { path: string; accepted: ReadonlySet<string> },
): Promise<Cell> {
  const names = await readdir(dirname(path));
  const notes = names.some((name) => name !== basename(path)) ? ["a partial file beside it"] : [];
  const fileDigest = names.includes(basename(path)) ? sha256Of(await readFile(path)) : undefined;
  const digest = report.ok ? (report.sha256 ?? fileDigest) : fileDigest;
  const isExact = digest !== undefined && accepted.has(digest);
  if (report.ok) {
    if (isExact) return { outcome: "exact", notes };
    return { outcome: "FALSE SUCCESS", detail: digest === undefined ? "no file" : "other bytes", notes };
  }
  const detail = report.error;
  if (isExact) return { outcome: "WRONG ERROR", detail, notes };
  return {
    outcome: "true error",
    detail,
    notes: [...notes, ...(digest === undefined ? [] : ["a wrong file"])],
  };
}
