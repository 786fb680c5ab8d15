import type { BrowserJournal, UnfinishedUpload } from "@waybill/client/browser";
import { WaybillError, type ResumeUploadOutput } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import { formatBytes } from "../format/format-bytes.ts";
import { quoteName } from "../format/quote-name.ts";
import { isSameFile, type UnfinishedEvent } from "../state/unfinished-uploads.ts";
import type { PickedFile } from "../state/upload-queue.ts";

export interface UnfinishedActions {
  /** List them anew. */
  refresh: () => void;
  /** Open the file by the handle that was kept, and go on. */
  resume: (entry: UnfinishedUpload) => Promise<void>;
  /** Go on with a file that was chosen again, if it is the same. */
  resumeWith: (entry: UnfinishedUpload, picked: PickedFile) => void;
  /** Have the store throw away what has arrived. */
  giveUp: (entry: UnfinishedUpload) => Promise<void>;
}

type Listed = Extract<UnfinishedEvent, { type: "listed" }>["uploads"];

/** What can be done with uploads that an earlier visit left. A failure ends up in the upload's own row. */
export function createUnfinishedActions(options: {
  journal: BrowserJournal;
  /** What the store has of an upload. */
  look: (entry: UnfinishedUpload) => Promise<ResumeUploadOutput>;
  abort: (entry: UnfinishedUpload) => Promise<unknown>;
  /** Send this file: the client itself finds what it can go on with. */
  onResumed: (picked: PickedFile) => void;
  dispatch: (event: UnfinishedEvent) => void;
}): UnfinishedActions {
  const { journal, look, abort, onResumed, dispatch } = options;
  let listing: Promise<void> | undefined;

  async function list(): Promise<void> {
    const uploads = await Promise.all((await journal.list()).map(lookAt));
    dispatch({ type: "listed", uploads: uploads.flat() });
  }

  async function lookAt(entry: UnfinishedUpload): Promise<Listed> {
    try {
      const found = await look(entry);
      if (found.state === "open") {
        const arrivedBytes = found.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        return [{ entry, arrivedBytes }];
      }
      await journal.forget(entry.name); // stored, or swept: there is nothing to go on with
      return [];
    } catch (error) {
      if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return []; // of somebody else
      return [{ entry, arrivedBytes: undefined }];
    }
  }

  function fail(name: string, message: string): void {
    dispatch({ type: "failed", name, message });
  }

  function resumeWith(entry: UnfinishedUpload, picked: PickedFile): void {
    if (!isSameFile(entry, picked)) return fail(entry.name, differenceSentence(entry, picked.file));
    dispatch({ type: "gone", name: entry.name });
    const [collection] = entry.upload.key.split("/", 1);
    onResumed({ ...picked, folder: entry.source.folder, collection });
  }

  return {
    refresh() {
      listing ??= list().finally(() => (listing = undefined));
    },
    async resume(entry) {
      const { name, source } = entry;
      const { handle, fileName } = source;
      if (handle === undefined) return;
      dispatch({ type: "opening", name });
      try {
        const permission = await handle.requestPermission({ mode: "read" });
        if (permission !== "granted") return fail(name, "This page may not read the file.");
        resumeWith(entry, { file: await handle.getFile(), handle });
      } catch {
        fail(name, `${quoteName(fileName)} cannot be opened any more. Was it moved?`);
      }
    },
    resumeWith,
    async giveUp(entry) {
      dispatch({ type: "opening", name: entry.name });
      try {
        // Another tab may have taken it meanwhile: then it is that tab's.
        if ((await journal.forget(entry.name)) !== undefined) await abort(entry);
      } catch (error) {
        errorSentence(error); // the store sweeps what nobody goes on with
      }
      dispatch({ type: "gone", name: entry.name });
    },
  };
}

function differenceSentence({ source }: UnfinishedUpload, file: File): string {
  if (file.name !== source.fileName) return `That is ${quoteName(file.name)}: another file.`;
  const change =
    file.size === source.sizeBytes
      ? "It was changed since"
      : `It has ${formatBytes(file.size)} now, and had ${formatBytes(source.sizeBytes)}`;
  return `${change}, so that this upload cannot go on. Give it up, and send the file anew.`;
}
