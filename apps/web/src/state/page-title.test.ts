import { expect, it } from "vitest";
import { pageTitle } from "./page-title.ts";
import { initialUploadQueue, uploadQueue, type UploadEvent } from "./upload-queue.ts";

it("shows the share that is done of all that is under way", () => {
  const file = (bytes: number) => new File([new Uint8Array(bytes)], "a");
  const progress = {
    transferredBytes: 50,
    acknowledgedBytes: 50,
    totalBytes: 100,
    bytesPerSecond: 1,
    secondsLeft: 50,
  };
  const events: UploadEvent[] = [
    { type: "opened" },
    {
      type: "added",
      files: [
        { id: "1", file: file(100) },
        { id: "2", file: file(100) },
      ],
    },
    { type: "progressed", id: "1", attempt: 1, progress },
  ];
  const queue = events.reduce(uploadQueue, initialUploadQueue);
  expect(pageTitle(initialUploadQueue)).toBe("Waybill");
  expect(pageTitle(queue)).toBe("25 % · Waybill");
});
