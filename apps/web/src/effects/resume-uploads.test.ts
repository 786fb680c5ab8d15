import type { BrowserJournal, UnfinishedUpload } from "@waybill/client/browser";
import { WaybillError, type ResumeUploadOutput } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { initialUnfinished, unfinishedUploads } from "../state/unfinished-uploads.ts";
import { createStore } from "../state/store.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import { createUnfinishedActions } from "./resume-uploads.ts";

const plan = { kind: "multipart", sizeBytes: 3, partSizeBytes: 2, partCount: 2 } as const;

function entry(name: string, handle?: Partial<FileSystemFileHandle>): UnfinishedUpload {
  return {
    name,
    upload: { version: 1, key: `k/${name}`, uploadId: "u", plan, modifiedAtMs: 5 },
    source: {
      fileName: `${name}.bin`,
      sizeBytes: 3,
      modifiedAtMs: 5,
      ...(handle && { handle: handle as FileSystemFileHandle }),
    },
  };
}
const file = (name: string, bytes = "abc", lastModified = 5) => new File([bytes], name, { lastModified });
const part = { partNumber: 1, sizeBytes: 2, eTag: "e", checksum: null };
const integrity = "CRC64NVME";
const open: ResumeUploadOutput = {
  state: "open",
  token: "t",
  route: "presigned",
  plan,
  integrity,
  parts: [part],
};

function setUp(left: UnfinishedUpload[], found: (name: string) => ResumeUploadOutput = () => open) {
  const entries = new Map(left.map((upload) => [upload.name, upload]));
  const aborted: string[] = [];
  const resumed: PickedFile[] = [];
  const journal: BrowserJournal = {
    hold: async () => undefined,
    list: async () => [...entries.values()],
    async forget(name) {
      const { upload } = entries.get(name) ?? {};
      entries.delete(name);
      return upload;
    },
  };
  const store = createStore(unfinishedUploads, initialUnfinished);
  const actions = createUnfinishedActions({
    journal,
    look: async ({ name }) => found(name),
    abort: async ({ name }) => void aborted.push(name),
    onResumed: (picked) => void resumed.push(picked),
    dispatch: store.dispatch,
  });
  return {
    actions,
    store,
    entries,
    aborted,
    resumed,
    rows: () => store.state.map((upload) => upload.entry.name),
  };
}

async function listed(left: UnfinishedUpload[], found?: (name: string) => ResumeUploadOutput) {
  const setting = setUp(left, found);
  const changed = new Promise<void>((resolve) => setting.store.subscribe(() => resolve()));
  setting.actions.refresh();
  await changed;
  return setting;
}

describe("createUnfinishedActions", () => {
  it("lists what can be gone on with, and forgets what is stored or swept", async () => {
    const { store, entries, rows } = await listed([entry("a"), entry("b"), entry("c")], (name) => {
      if (name === "b") return { state: "gone" };
      if (name === "c") throw new WaybillError("OBJECT_NOT_FOUND");
      return open;
    });
    expect(rows()).toEqual(["a"]);
    expect(store.state[0]?.arrivedBytes).toBe(2);
    expect([...entries.keys()]).toEqual(["a", "c"]);
  });

  it("goes on with a file that is the same", async () => {
    const { actions, resumed, rows } = await listed([entry("a")]);
    actions.resumeWith(entry("a"), { file: file("a.bin") });
    expect(resumed.map((picked) => picked.file.name)).toEqual(["a.bin"]);
    expect(rows()).toEqual([]);
  });

  it.each([
    [file("b.bin"), "That is “\u2068b.bin\u2069”: another file."],
    [file("a.bin", "abcd"), "It has 4 B now, and had 3 B"],
    [file("a.bin", "abc", 6), "It was changed since"],
  ])("says what is wrong with another file", async (wrong, sentence) => {
    const { actions, store, resumed } = await listed([entry("a")]);
    actions.resumeWith(entry("a"), { file: wrong });
    expect(resumed).toEqual([]);
    expect(store.state[0]?.status).toMatchObject({ message: expect.stringContaining(sentence) as string });
  });

  it("opens a kept handle once it may", async () => {
    const handle = { requestPermission: async () => "granted" as const, getFile: async () => file("a.bin") };
    const { actions, resumed } = await listed([entry("a", handle)]);
    await actions.resume(entry("a", handle));
    expect(resumed).toMatchObject([{ handle }]);
  });

  it("says when it may not, and when the file is gone", async () => {
    const denied = { requestPermission: async () => "denied" as const };
    const gone = {
      requestPermission: async () => "granted" as const,
      getFile: () => Promise.reject(new DOMException("Gone.", "NotFoundError")),
    };
    const { actions, store } = await listed([entry("a", denied), entry("b", gone)]);
    await actions.resume(entry("a", denied));
    await actions.resume(entry("b", gone));
    expect(store.state.map(({ status }) => status)).toMatchObject([
      { message: "This page may not read the file." },
      { message: expect.stringContaining("cannot be opened any more") as string },
    ]);
  });

  it("has the store throw away what is given up, unless another tab has taken it", async () => {
    const { actions, entries, aborted, rows } = await listed([entry("a"), entry("b")]);
    entries.delete("b");
    await actions.giveUp(entry("a"));
    await actions.giveUp(entry("b"));
    expect(aborted).toEqual(["a"]);
    expect(rows()).toEqual([]);
  });
});
