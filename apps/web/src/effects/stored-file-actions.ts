import { WaybillError } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import type { StoredFilesEvent } from "../state/stored-files.ts";
import type { Way } from "../state/upload-queue.ts";

const NOT_DOWNLOADED = "It could not be downloaded.";
const NOT_DELETED = "It could not be deleted.";

export interface StoredFileActions {
  download: (key: string) => Promise<void>;
  remove: (key: string) => Promise<void>;
}

/** What can be done with a stored file. A failure ends up in the file's own row. */
export function createStoredFileActions(options: {
  /** Where the file can be fetched for a while. */
  linkTo: (key: string) => Promise<{ url: string; way: Way }>;
  save: (url: string, options: { onRefused: () => void }) => void;
  removeFromStore: (key: string) => Promise<unknown>;
  onRemoved: () => void;
  dispatch: (event: StoredFilesEvent) => void;
}): StoredFileActions {
  const { linkTo, save, removeFromStore, onRemoved, dispatch } = options;

  function fail(key: string, what: string, error: unknown) {
    dispatch({ type: "row-failed", key, message: `${what} ${errorSentence(error)}` });
  }

  return {
    async download(key) {
      dispatch({ type: "download-began", key });
      try {
        const { url, way } = await linkTo(key);
        const refused = new WaybillError("STORAGE_DENIED", "The store sent no file.");
        save(url, { onRefused: () => fail(key, NOT_DOWNLOADED, refused) });
        dispatch({ type: "download-handed-over", key, way });
      } catch (error) {
        fail(key, NOT_DOWNLOADED, error);
      }
    },
    async remove(key) {
      dispatch({ type: "delete-began", key });
      try {
        await removeFromStore(key).catch(unlessGone);
        dispatch({ type: "removed", key });
        onRemoved();
      } catch (error) {
        fail(key, NOT_DELETED, error);
      }
    },
  };
}

// Somebody else deleted it, or we did and only the answer was lost: it is gone, as was asked.
function unlessGone(error: unknown): void {
  if (!(error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND")) throw error;
}
