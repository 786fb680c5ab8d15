import { truncate, writeFile } from "node:fs/promises";
import { seededBytes } from "../../rig/seeded-bytes.ts";
import { FILE_BYTES } from "../sizes.ts";
import type { FaultRow } from "./fault-row.ts";
import { midUpload } from "./mid-upload.ts";

const OTHER_SEED = 2;

export const SOURCES: readonly FaultRow[] = [
  {
    name: "file-changed",
    title: "file changed while it is uploaded",
    how: "while a part is on its way the file is overwritten with as many other bytes; the old and the new ones count as exact, a mixture does not",
    task: "upload",
    strike: (context) =>
      midUpload(context, async () => {
        const other = seededBytes(FILE_BYTES, OTHER_SEED);
        context.accept(other);
        await writeFile(context.job.filePath, other);
      }),
  },
  {
    name: "file-truncated",
    title: "file truncated while it is uploaded",
    how: "while a part is on its way the file is cut to half its length",
    task: "upload",
    strike: (context) => midUpload(context, () => truncate(context.job.filePath, FILE_BYTES / 2)),
  },
];
