import type { BrowserJournal, ClientCollections, WaybillClient } from "@waybill/client/browser";
import { WaybillError } from "@waybill/core";
import type { Unfinished, UnfinishedEvent } from "../state/unfinished-uploads.ts";
import type { Shares, SharesEvent } from "../state/shares.ts";
import { linkWish, type SendOptions, type SendOptionsEvent } from "../state/send-options.ts";
import { newestFirst, type StoredFiles, type StoredFilesEvent } from "../state/stored-files.ts";
import type { Store } from "../state/store.ts";
import type { PickedFile, UploadEvent, UploadQueue } from "../state/upload-queue.ts";
import { loadCollections } from "./load-collections.ts";
import { createPreviews, PREVIEWS_LIVE_SECONDS, type PreviewOf } from "./open-previews.ts";
import { createStoredFilesLister, type StoredFilesLister } from "./list-stored-files.ts";
import { createUnfinishedActions, type UnfinishedActions } from "./resume-uploads.ts";
import { createUploadRunner } from "./run-uploads.ts";
import { saveDownload } from "./save-download.ts";
import { createShareActions, type ShareActions } from "./share-actions.ts";
import { createStoredFileActions, type StoredFileActions } from "./stored-file-actions.ts";

/** What the page can do once it knows its API. */
export interface Session {
  lister: StoredFilesLister;
  actions: StoredFileActions;
  unfinished: UnfinishedActions;
  shares: ShareActions;
  previewOf: PreviewOf;
}

/** Of what is listed: the API takes it where none is named. */
const COLLECTION = "files";

/** Everything that needs the API begins here: the list is fetched, and what waits is sent. */
export function startSession(options: {
  apiUrl: string;
  client: WaybillClient<ClientCollections>;
  journal: BrowserJournal;
  unfinished: Store<readonly Unfinished[], UnfinishedEvent>;
  /** An unfinished upload goes on, with this file. */
  onResumed: (picked: PickedFile) => void;
  uploads: Store<UploadQueue, UploadEvent>;
  files: Store<StoredFiles, StoredFilesEvent>;
  shares: Store<Shares, SharesEvent>;
  sending: Store<SendOptions, SendOptionsEvent>;
}): Session {
  const { client, journal, uploads, unfinished, files, sending } = options;
  const shares = createShareActions({
    apiUrl: options.apiUrl,
    listPage: (cursor) => client.call((api) => api.shares.list.query({ cursor })),
    create: (key, wishes) => client.call((api) => api.shares.create.mutate({ key, ...wishes })),
    revokeShare: (id) => client.call((api) => api.shares.revoke.mutate({ id })),
    dispatch: options.shares.dispatch,
  });
  const lister = createStoredFilesLister({
    listPage: (cursor) => client.call((api) => api.objects.list.query({ cursor })),
    dispatch: files.dispatch,
  });
  const actions = createStoredFileActions({
    async linkTo(key) {
      const sizeBytes = newestFirst(files.state).find((object) => object.key === key)?.sizeBytes ?? 0;
      const wish = linkWish(sending.state.route, sizeBytes);
      const grant = await client.call((api) => api.downloads.create.mutate({ key, ...wish }));
      if (grant.route === "credentials") throw new WaybillError("ROUTE_UNAVAILABLE");
      return { url: grant.request.url, way: { route: grant.route, reason: grant.routeReason } };
    },
    save: saveDownload,
    removeFromStore: (key) => client.call((api) => api.objects.remove.mutate({ keys: [key] })),
    onRemoved() {
      lister.refresh();
      void shares.refresh(); // what led to it has ended
    },
    dispatch: files.dispatch,
  });
  const runUploads = createUploadRunner({
    start: ({ file, handle, folder, collection, route }) =>
      client.startUpload(handle ?? file, { keepPartial: true, folder, collection, route }),
    dispatch: uploads.dispatch,
    onStored(object) {
      // By our own clock, until the listing says when the store thinks it was.
      const lastModified = new Date().toISOString();
      files.dispatch({ type: "stored", object: { ...object, lastModified } });
      lister.refresh();
    },
  });
  const unfinishedActions = createUnfinishedActions({
    journal,
    look: ({ upload: { key, uploadId, plan } }) =>
      client.call((api) =>
        api.uploads.resume.mutate({
          key,
          uploadId,
          sizeBytes: plan.sizeBytes,
          partSizeBytes: plan.partSizeBytes,
        }),
      ),
    abort: ({ upload: { key, uploadId } }) =>
      client.call((api) => api.uploads.abort.mutate({ key, uploadId })),
    onResumed: options.onResumed,
    dispatch: unfinished.dispatch,
  });
  uploads.subscribe((queue, before) => {
    runUploads(queue.uploads);
    // What failed and was dismissed here can be gone on with.
    if (queue.uploads.length < before.uploads.length) unfinishedActions.refresh();
  });
  const collections = loadCollections(client, sending);
  const expiresIn = PREVIEWS_LIVE_SECONDS;
  const previewOf = createPreviews({
    isOffered: async () =>
      (await collections).some(({ name, routes }) => name === COLLECTION && routes.includes("cloudfront")),
    open: () => client.call((api) => api.downloads.cookies.mutate({ collection: COLLECTION, expiresIn })),
    nowMs: () => Date.now(),
  });
  uploads.dispatch({ type: "opened" });
  lister.refresh();
  void shares.refresh();
  unfinishedActions.refresh();
  return { lister, actions, unfinished: unfinishedActions, shares, previewOf };
}
