import type { WaybillClient } from "@waybill/client/browser";
import type { StoredFiles, StoredFilesEvent } from "../state/stored-files.ts";
import type { Store } from "../state/store.ts";
import type { UploadEvent, UploadQueue } from "../state/upload-queue.ts";
import { createStoredFilesLister, type StoredFilesLister } from "./list-stored-files.ts";
import { createUploadRunner } from "./run-uploads.ts";
import { saveDownload } from "./save-download.ts";
import { createStoredFileActions, type StoredFileActions } from "./stored-file-actions.ts";

/** What the page can do once it knows its API. */
export interface Session {
  lister: StoredFilesLister;
  actions: StoredFileActions;
}

/** Everything that needs the API begins here: the list is fetched, and what waits is sent. */
export function startSession(options: {
  client: WaybillClient;
  uploads: Store<UploadQueue, UploadEvent>;
  files: Store<StoredFiles, StoredFilesEvent>;
}): Session {
  const { client, uploads, files } = options;
  const lister = createStoredFilesLister({
    listPage: (cursor) => client.call((api) => api.objects.list.query({ cursor })),
    dispatch: files.dispatch,
  });
  const actions = createStoredFileActions({
    urlOf: async (key) => (await client.call((api) => api.downloads.create.mutate({ key }))).request.url,
    save: saveDownload,
    removeFromStore: (key) => client.call((api) => api.objects.remove.mutate({ keys: [key] })),
    onRemoved: lister.refresh,
    dispatch: files.dispatch,
  });
  const runUploads = createUploadRunner({
    upload: (file, uploadOptions) => client.upload(file, uploadOptions),
    dispatch: uploads.dispatch,
    onStored(object) {
      files.dispatch({ type: "stored", object });
      lister.refresh();
    },
  });
  uploads.subscribe((queue) => runUploads(queue.uploads));
  uploads.dispatch({ type: "opened" });
  lister.refresh();
  return { lister, actions };
}
