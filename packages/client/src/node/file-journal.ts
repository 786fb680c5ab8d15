import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { SavedUpload } from "@waybill/core";
import type { UploadJournal } from "../engine/upload-journal.ts";
import { disown, ownPath, takeOver } from "./owned-file.ts";

/**
 * Notes uploads in a folder of the user's: a small file each, readable by nobody else.
 *
 * @param folder - made when it is needed, such as `~/.local/state/waybill/uploads`
 */
export function createFileJournal(folder: string): UploadJournal {
  const held = new Set<string>();
  return {
    async hold(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      const ended = (path: string) => {
        held.delete(name);
        disown(path);
      };
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const digest = createHash("sha256").update(name).digest("hex").slice(0, 32);
      const files = { folder, name: digest, ending: ".json" };
      const path = ownPath(files);
      const outcome = await takeOver(files, path);
      if (outcome === "used") {
        ended(path);
        return undefined;
      }
      return {
        saved: outcome === "taken" ? await readUpload(path) : undefined,
        save: (upload) => writeSafely(path, upload),
        async remove() {
          await rm(path, { force: true });
          ended(path);
        },
        release: async () => ended(path),
      };
    },
  };
}

/** Undefined for what is none, as after a disk was full: then there is nothing to go on with. */
async function readUpload(path: string): Promise<SavedUpload | undefined> {
  const text = await readFile(path, "utf8");
  try {
    return SavedUpload.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** All of it or nothing, and on the disk: it is read after a machine lost its power. */
async function writeSafely(path: string, upload: SavedUpload): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(upload));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
