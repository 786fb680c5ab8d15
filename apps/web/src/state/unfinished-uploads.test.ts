import type { UnfinishedUpload } from "@waybill/client/browser";
import { expect, it } from "vitest";
import { notInQueue, unfinishedUploads, type Unfinished } from "./unfinished-uploads.ts";
import { initialUploadQueue, uploadQueue } from "./upload-queue.ts";

const plan = { kind: "multipart", sizeBytes: 3, partSizeBytes: 2, partCount: 2 } as const;
const entry: UnfinishedUpload = {
  name: "n",
  upload: { version: 1, key: "k", uploadId: "u", plan, modifiedAtMs: 5 },
  source: { fileName: "a.bin", sizeBytes: 3, modifiedAtMs: 5 },
};
const unfinished: Unfinished = { entry, arrivedBytes: 1, status: { state: "failed", message: "No." } };

it("keeps what went wrong with an upload when it is listed again", () => {
  const [again] = unfinishedUploads([unfinished], { type: "listed", uploads: [{ entry, arrivedBytes: 2 }] });
  expect(again).toEqual({ ...unfinished, arrivedBytes: 2 });
});

it("leaves out an upload that has its row among this page's own", () => {
  const add = (name: string) =>
    uploadQueue(initialUploadQueue, {
      type: "added",
      files: [{ id: "1", file: new File(["abc"], name, { lastModified: 5 }) }],
    }).uploads;
  expect(notInQueue([unfinished], add("a.bin"))).toEqual([]);
  expect(notInQueue([unfinished], add("b.bin"))).toEqual([unfinished]);
});
