import { describe, expect, it } from "vitest";
import { someShare } from "../testing/some-share.ts";
import {
  removalAnnouncements,
  shareAnnouncements,
  unfinishedAnnouncements,
  uploadAnnouncements,
} from "./announcements.ts";
import { initialShares, shares, type SharesEvent } from "./shares.ts";
import { initialStoredFiles, storedFiles, type StoredFilesEvent } from "./stored-files.ts";
import type { Upload, UploadStatus } from "./upload-queue.ts";

const upload = (status: UploadStatus): Upload => ({
  id: "1",
  file: new File([], "a.txt"),
  attempt: 1,
  status,
});
const running: UploadStatus = { state: "running", progress: undefined };

describe("uploadAnnouncements", () => {
  it.each<[UploadStatus, string]>([
    [
      { state: "stored", checksum: { algorithm: "CRC64NVME", value: "AAAAAAAAAAA=" } as const },
      "“\u2068a.txt\u2069” is stored.",
    ],
    [{ state: "failed", message: "The store is busy." }, "“\u2068a.txt\u2069” failed. The store is busy."],
    [{ state: "paused", progress: undefined }, "“\u2068a.txt\u2069” is paused."],
    [{ state: "cancelled" }, "“\u2068a.txt\u2069” is cancelled."],
  ])("says once how an upload ended", (status, sentence) => {
    expect(uploadAnnouncements([upload(status)], [upload(running)])).toEqual([sentence]);
    expect(uploadAnnouncements([upload(status)], [upload(status)])).toEqual([]);
  });

  it("is silent about progress", () => {
    expect(uploadAnnouncements([upload(running)], [])).toEqual([]);
  });
});

describe("unfinishedAnnouncements", () => {
  const plan = { kind: "multipart", sizeBytes: 3, partSizeBytes: 2, partCount: 2 } as const;
  const unfinished = {
    entry: {
      name: "n",
      upload: { version: 1, key: "k", uploadId: "u", plan, modifiedAtMs: 5 },
      source: { fileName: "a.txt", sizeBytes: 3, modifiedAtMs: 5 },
    },
    arrivedBytes: undefined,
    status: { state: "idle" },
  } as const;

  it("says once that there are some", () => {
    expect(unfinishedAnnouncements([unfinished], [])).toEqual([
      "The unfinished upload of “\u2068a.txt\u2069” can go on.",
    ]);
    expect(unfinishedAnnouncements([unfinished, unfinished], [])).toEqual([
      "2 unfinished uploads can go on.",
    ]);
    expect(unfinishedAnnouncements([unfinished, unfinished], [unfinished])).toEqual([]);
    expect(unfinishedAnnouncements([], [unfinished])).toEqual([]);
  });
});

describe("removalAnnouncements", () => {
  it("names what was deleted here", () => {
    const events: StoredFilesEvent[] = [
      { type: "listing-began" },
      {
        type: "listed",
        objects: [
          { key: "k", fileName: "a.txt", sizeBytes: 1, eTag: "e", lastModified: "2026-01-01T00:00:00Z" },
        ],
        cursor: undefined,
      },
    ];
    const before = events.reduce(storedFiles, initialStoredFiles);
    const after = storedFiles(before, { type: "removed", key: "k" });
    expect(removalAnnouncements(after, before)).toEqual(["“\u2068a.txt\u2069” is deleted."]);
    expect(removalAnnouncements(after, after)).toEqual([]);
  });
});

describe("shareAnnouncements", () => {
  it("names what was ended here, and nothing that a listing lacks", () => {
    const events: SharesEvent[] = [
      { type: "listed", shares: [someShare({ id: "1" }), someShare({ id: "2" })] },
      { type: "revoke-began", id: "1" },
    ];
    const before = events.reduce(shares, initialShares);
    const after = shares(before, { type: "revoked", id: "1" });
    expect(shareAnnouncements(after, before)).toEqual(["The link to “\u2068a.txt\u2069” has ended."]);
    expect(shareAnnouncements(shares(after, { type: "listed", shares: [] }), after)).toEqual([]);
  });
});
