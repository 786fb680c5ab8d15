import "./page/tokens.css";
import "./page/page.css";
import "./page/button.css";
import "./page/dialog.css";
import { mountAccount } from "./account/mount-account.ts";
import { mountAnnouncer } from "./announcer/mount-announcer.ts";
import { mountConfirmDialog } from "./confirm-dialog/mount-confirm-dialog.ts";
import { mountConnectionNotice } from "./connection-notice/mount-connection-notice.ts";
import { elementIn } from "./dom/element-in.ts";
import { mountDropZone } from "./drop-zone/mount-drop-zone.ts";
import { connect } from "./effects/connect.ts";
import { createLeaveGuard } from "./effects/leave-guard.ts";
import { openClient, type UserClient } from "./effects/open-client.ts";
import { startSession, type Session } from "./effects/start-session.ts";
import { errorSentence } from "./error-sentence.ts";
import { mountLoginPanel } from "./login-panel/mount-login-panel.ts";
import type { Provider, Tokens, User } from "./login/open-provider.ts";
import { createPageLogin, LOGGED_IN_KEY, type PageLogin } from "./login/page-login.ts";
import { mountShareDialog } from "./share-dialog/mount-share-dialog.ts";
import { mountShareList } from "./share-list/mount-share-list.ts";
import {
  removalAnnouncements,
  shareAnnouncements,
  unfinishedAnnouncements,
  uploadAnnouncements,
} from "./state/announcements.ts";
import { connection, initialConnection } from "./state/connection.ts";
import { initialLogin, login } from "./state/login.ts";
import { pageTitle } from "./state/page-title.ts";
import { initialShares, shares } from "./state/shares.ts";
import { chosenCollection, initialSendOptions, refusalOf, sendOptions } from "./state/send-options.ts";
import { initialStoredFiles, nameOfFile, nameToConfirm, storedFiles } from "./state/stored-files.ts";
import { createStore } from "./state/store.ts";
import { initialUnfinished, notInQueue, unfinishedUploads } from "./state/unfinished-uploads.ts";
import { hasUnfinished, initialUploadQueue, uploadQueue, type PickedFile } from "./state/upload-queue.ts";
import { mountSendOptions } from "./send-options/mount-send-options.ts";
import { mountStoredList } from "./stored-list/mount-stored-list.ts";
import { mountUnfinishedList } from "./unfinished-list/mount-unfinished-list.ts";
import { mountUploadList } from "./upload-list/mount-upload-list.ts";

const part = (id: string) => elementIn(document, `#${id}`, HTMLElement);
const dialog = (id: string) => elementIn(document, `#${id}`, HTMLDialogElement);

const connectionStore = createStore(connection, initialConnection);
const loginStore = createStore(login, initialLogin);
const uploads = createStore(uploadQueue, initialUploadQueue);
const unfinished = createStore(unfinishedUploads, initialUnfinished);
const files = createStore(storedFiles, initialStoredFiles);
const sending = createStore(sendOptions, initialSendOptions);
const links = createStore(shares, initialShares);
let pageLogin: PageLogin | undefined; // from the moment the API and its provider are known
let userClient: UserClient | undefined; // from the moment somebody is logged in
let session: Session | undefined;
let addedFiles = 0;

const announce = mountAnnouncer(part("announcer"));
const guardLeaving = createLeaveGuard(window);

const drawConnection = mountConnectionNotice(part("connection-notice"), {
  onRetry: () => void openPage(),
});

const drawLoginPanel = mountLoginPanel(part("login-panel"), { onLogIn: () => void logIn() });
const drawAccount = mountAccount(part("account"), { onLogOut: () => void logOut() });

const drawDropNotice = mountDropZone(part("drop-zone"), {
  onFiles: addFiles,
  onNotice: (notice) => drawDropNotice(notice),
});

const drawSendOptions = mountSendOptions(part("send-options"), {
  onCollection: (collection) => sending.dispatch({ type: "collection-chosen", collection }),
  onRoute: (route) => sending.dispatch({ type: "route-chosen", route }),
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
  onShare(key) {
    const fileName = nameOfFile(files.state, key);
    if (fileName !== undefined) links.dispatch({ type: "share-asked", key, fileName });
  },
  onDelete: (key) => files.dispatch({ type: "delete-asked", key }),
  onMore: () => session?.lister.more(),
  onRetry: () => session?.lister.refresh(),
  previewOf: async (object) => session?.previewOf(object),
});

const drawShareList = mountShareList(part("share-list"), {
  onRevoke: (id) => links.dispatch({ type: "revoke-asked", id }),
  onRetry: () => void session?.shares.refresh(),
  onFocusLost: () => elementIn(part("stored-list"), "h2", HTMLElement).focus(),
});

const drawShareDialog = mountShareDialog(dialog("share-dialog"), {
  onShare(wishes) {
    const key = links.state.sharing?.key;
    if (key !== undefined) void session?.shares.share(key, wishes);
  },
  onClose: () => links.dispatch({ type: "share-left" }),
});

const drawRevokeDialog = mountConfirmDialog(dialog("revoke-dialog"), {
  words: {
    question: "End this link?",
    consequence: "Whoever has it cannot open it any more. It cannot be brought back.",
    no: "Keep it",
    yes: "End link",
  },
  onAnswer(yes) {
    const id = links.state.confirming;
    if (yes && id !== undefined) void session?.shares.revoke(id);
    else links.dispatch({ type: "revoke-declined" });
  },
});

const drawConfirmDialog = mountConfirmDialog(dialog("delete-dialog"), {
  words: {
    question: "Delete this file?",
    consequence: "It is removed from the store for good.",
    no: "Keep it",
    yes: "Delete",
  },
  onAnswer(yes) {
    const key = files.state.confirming;
    if (yes && key !== undefined) void session?.actions.remove(key);
    else files.dispatch({ type: "delete-declined" });
  },
});

connectionStore.subscribe((state) => {
  drawConnection(state);
});
loginStore.subscribe((state) => {
  drawLoginPanel(state);
  drawAccount(state);
  part("workspace").hidden = state.state !== "in";
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

links.subscribe((state, before) => {
  drawShareList(state);
  drawShareDialog(state.sharing);
  drawRevokeDialog(state.listed.find(({ id }) => id === state.confirming)?.fileName);
  announce(shareAnnouncements(state, before));
});

sending.subscribe(drawSendOptions);

drawConnection(connectionStore.state);
drawSendOptions(sending.state);
drawUnfinished(unfinished.state);
drawUploads(uploads.state.uploads);
drawStoredFiles(files.state);
drawShareList(links.state);
// Another tab may have been closed meanwhile, and what it held is free.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session?.unfinished.refresh();
});
// Whoever logs out in one tab has logged out.
window.addEventListener("storage", ({ key, newValue }) => {
  const isOver = key === null || (key === LOGGED_IN_KEY && newValue === null);
  if (!isOver || loginStore.state.state !== "in") return;
  guardLeaving(false);
  location.reload();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) loginStore.dispatch({ type: "came-back" });
});
void openPage();

function addFiles(picked: readonly PickedFile[]): void {
  const added = picked.map((each) => ({ id: String(++addedFiles), ...addressed(each) }));
  uploads.dispatch({ type: "added", files: added });
}

/** What is gone on with stays where it was begun. */
function addressed(picked: PickedFile) {
  if (picked.collection !== undefined) return picked;
  const { collection, route } = sending.state;
  const chosen = chosenCollection(sending.state);
  return { ...picked, collection, route, refusal: chosen && refusalOf(chosen, picked.file) };
}

async function openPage(): Promise<void> {
  connectionStore.dispatch({ type: "began" });
  const result = await connect(new URL(".", location.href).href);
  if (!result.ok) return connectionStore.dispatch({ type: "failed", message: result.message });
  const { apiUrl, provider } = result;
  pageLogin = createPageLogin(provider, window);
  try {
    const arrival = await pageLogin.arrive();
    connectionStore.dispatch({ type: "succeeded" });
    if (arrival.state === "out") loginStore.dispatch({ type: "out" });
    if (arrival.state === "in") enter({ apiUrl, provider, ...arrival });
  } catch (error) {
    connectionStore.dispatch({ type: "succeeded" });
    loginStore.dispatch({ type: "out", message: errorSentence(error) });
  }
}

function enter(options: { apiUrl: string; provider: Provider; user: User; tokens: Tokens }): void {
  userClient = openClient({ ...options, onEnded: () => loginStore.dispatch({ type: "ended" }) });
  loginStore.dispatch({ type: "in", name: options.user.name });
  const onResumed = (picked: PickedFile) => addFiles([picked]);
  session = startSession({
    ...userClient,
    apiUrl: options.apiUrl,
    uploads,
    unfinished,
    files,
    sending,
    shares: links,
    onResumed,
  });
}

async function logIn(): Promise<void> {
  if (pageLogin === undefined || loginStore.state.state === "leaving") return;
  loginStore.dispatch({ type: "left" });
  try {
    await pageLogin.logIn();
  } catch (error) {
    loginStore.dispatch({ type: "out", message: errorSentence(error) });
  }
}

async function logOut(): Promise<void> {
  if (pageLogin === undefined || userClient === undefined) return;
  await pageLogin.logOut(userClient.tokens()).catch((error: unknown) => {
    errorSentence(error); // logged out here in any case
    location.reload();
  });
}
