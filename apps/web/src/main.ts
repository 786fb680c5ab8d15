import "./page/tokens.css";
import "./page/page.css";
import "./page/button.css";
import { mountAnnouncer } from "./announcer/mount-announcer.ts";
import { mountConfirmDialog } from "./confirm-dialog/mount-confirm-dialog.ts";
import { mountConnectionNotice } from "./connection-notice/mount-connection-notice.ts";
import { elementIn } from "./dom/element-in.ts";
import { mountDropZone } from "./drop-zone/mount-drop-zone.ts";
import { connect } from "./effects/connect.ts";
import { createLeaveGuard } from "./effects/leave-guard.ts";
import { startSession, type Session } from "./effects/start-session.ts";
import { removalAnnouncements, unfinishedAnnouncements, uploadAnnouncements } from "./state/announcements.ts";
import { connection, initialConnection } from "./state/connection.ts";
import { pageTitle } from "./state/page-title.ts";
import { initialStoredFiles, nameToConfirm, storedFiles } from "./state/stored-files.ts";
import { createStore } from "./state/store.ts";
import { initialUnfinished, notInQueue, unfinishedUploads } from "./state/unfinished-uploads.ts";
import { hasUnfinished, initialUploadQueue, uploadQueue, type PickedFile } from "./state/upload-queue.ts";
import { mountStoredList } from "./stored-list/mount-stored-list.ts";
import { mountUnfinishedList } from "./unfinished-list/mount-unfinished-list.ts";
import { mountUploadList } from "./upload-list/mount-upload-list.ts";

const part = (id: string) => elementIn(document, `#${id}`, HTMLElement);

const connectionStore = createStore(connection, initialConnection);
const uploads = createStore(uploadQueue, initialUploadQueue);
const unfinished = createStore(unfinishedUploads, initialUnfinished);
const files = createStore(storedFiles, initialStoredFiles);
let session: Session | undefined; // from the moment the API is known
let addedFiles = 0;

const announce = mountAnnouncer(part("announcer"));
const guardLeaving = createLeaveGuard(window);

const drawConnection = mountConnectionNotice(part("connection-notice"), {
  onRetry: () => void openSession(),
});

const drawDropNotice = mountDropZone(part("drop-zone"), {
  onFiles: addFiles,
  onNotice: (notice) => drawDropNotice(notice),
});

const focusPicker = () => elementIn(part("drop-zone"), "input", HTMLInputElement).focus();

const drawUnfinished = mountUnfinishedList(part("unfinished-list"), {
  onResume: ({ entry }) => void session?.unfinished.resume(entry),
  onChosen: ({ entry }, picked) => session?.unfinished.resumeWith(entry, picked),
  onGiveUp: ({ entry }) => void session?.unfinished.giveUp(entry),
  onFocusLost: focusPicker,
});

const drawUploads = mountUploadList(part("upload-list"), {
  onPause: (id) => uploads.dispatch({ type: "paused", id }),
  onResume: (id) => uploads.dispatch({ type: "resumed", id }),
  onCancel: (id) => uploads.dispatch({ type: "cancelled", id }),
  onRetry: (id) => uploads.dispatch({ type: "retried", id }),
  onDismiss: (id) => uploads.dispatch({ type: "dismissed", id }),
  onDismissFinished: () => uploads.dispatch({ type: "finished-dismissed" }),
  onFocusLost: focusPicker,
});

const drawStoredFiles = mountStoredList(part("stored-list"), {
  onDownload: (key) => void session?.actions.download(key),
  onDelete: (key) => files.dispatch({ type: "delete-asked", key }),
  onMore: () => session?.lister.more(),
  onRetry: () => session?.lister.refresh(),
});

const drawConfirmDialog = mountConfirmDialog(elementIn(document, "#confirm-dialog", HTMLDialogElement), {
  onAnswer(yes) {
    const key = files.state.confirming;
    if (yes && key !== undefined) void session?.actions.remove(key);
    else files.dispatch({ type: "delete-declined" });
  },
});

connectionStore.subscribe((state) => {
  drawConnection(state);
  part("stored-list").hidden = state.state === "failed"; // nothing is known about it then
});
uploads.subscribe((queue, before) => {
  drawUploads(queue.uploads);
  drawUnfinished(notInQueue(unfinished.state, queue.uploads));
  guardLeaving(hasUnfinished(queue));
  document.title = pageTitle(queue);
  announce(uploadAnnouncements(queue.uploads, before.uploads));
});
unfinished.subscribe((state, before) => {
  const shown = notInQueue(state, uploads.state.uploads);
  drawUnfinished(shown);
  announce(unfinishedAnnouncements(shown, before));
});
files.subscribe((state, before) => {
  drawStoredFiles(state);
  drawConfirmDialog(nameToConfirm(state));
  announce(removalAnnouncements(state, before));
});

drawConnection(connectionStore.state);
drawUnfinished(unfinished.state);
drawUploads(uploads.state.uploads);
drawStoredFiles(files.state);
// Another tab may have been closed meanwhile, and what it held is free.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session?.unfinished.refresh();
});
void openSession();

function addFiles(picked: readonly PickedFile[]): void {
  uploads.dispatch({ type: "added", files: picked.map((it) => ({ id: String(++addedFiles), ...it })) });
}

async function openSession(): Promise<void> {
  connectionStore.dispatch({ type: "began" });
  const result = await connect();
  connectionStore.dispatch(result.ok ? { type: "succeeded" } : { type: "failed", message: result.message });
  if (!result.ok) return;
  const { client, journal } = result;
  const onResumed = (picked: PickedFile) => addFiles([picked]);
  session ??= startSession({ client, journal, uploads, unfinished, files, onResumed });
}
