import type { ListedObject } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import type { StoredFilesEvent } from "../state/stored-files.ts";

export interface StoredFilesLister {
  /** List anew as much as is shown. Asked for during a listing: once more after it. */
  refresh: () => void;
  /** The same, and one page more; nothing during a listing. */
  more: () => void;
}

/** Keeps the list of stored files; at most one listing runs at a time. */
export function createStoredFilesLister(options: {
  listPage: (cursor: string | undefined) => Promise<{ objects: ListedObject[]; cursor?: string | undefined }>;
  dispatch: (event: StoredFilesEvent) => void;
}): StoredFilesLister {
  const { listPage, dispatch } = options;
  let pages = 1;
  let running = false;
  let again = false;

  async function list(): Promise<StoredFilesEvent> {
    const objects: ListedObject[] = [];
    let cursor: string | undefined;
    try {
      for (let page = 0; page < pages; page++) {
        const answer = await listPage(cursor);
        objects.push(...answer.objects);
        cursor = answer.cursor;
        if (cursor === undefined) break;
      }
      return { type: "listed", objects, cursor };
    } catch (error) {
      return { type: "listing-failed", message: errorSentence(error) };
    }
  }

  async function run(): Promise<void> {
    running = true;
    do {
      again = false;
      dispatch({ type: "listing-began" });
      dispatch(await list());
    } while (again);
    running = false;
  }

  function refresh() {
    if (running) again = true;
    else void run();
  }

  return {
    refresh,
    more() {
      if (running) return;
      pages += 1;
      refresh();
    },
  };
}
