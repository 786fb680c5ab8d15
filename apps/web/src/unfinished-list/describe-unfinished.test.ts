import type { UnfinishedUpload } from "@waybill/client/browser";
import { expect, it } from "vitest";
import { describeUnfinished } from "./describe-unfinished.ts";

const plan = { kind: "multipart", sizeBytes: 2048, partSizeBytes: 1024, partCount: 2 } as const;
const entry: UnfinishedUpload = {
  name: "n",
  upload: { version: 1, key: "k", uploadId: "u", plan, modifiedAtMs: 5 },
  source: { fileName: "a.bin", sizeBytes: 2048, modifiedAtMs: 5 },
};
const handle = {} as FileSystemFileHandle;
const withHandle = { ...entry, source: { ...entry.source, handle } };
const idle = { state: "idle" } as const;

it("says how much has arrived, where the store could be asked", () => {
  expect(describeUnfinished({ entry, arrivedBytes: 1024, status: idle }).details).toBe(
    "1.0 KiB of 2.0 KiB have arrived",
  );
  expect(describeUnfinished({ entry, arrivedBytes: undefined, status: idle }).details).toBe("2.0 KiB");
});

it("has the file chosen again only where it cannot be opened by itself", () => {
  const offers = (upload: Parameters<typeof describeUnfinished>[0]) => {
    const { canResume, canChoose } = describeUnfinished(upload);
    return [canResume && "resume", canChoose && "choose"].filter(Boolean).join(" ");
  };
  const failed = { state: "failed", message: "It was moved." } as const;
  expect(offers({ entry, arrivedBytes: 1, status: idle })).toBe("choose");
  expect(offers({ entry: withHandle, arrivedBytes: 1, status: idle })).toBe("resume");
  expect(offers({ entry: withHandle, arrivedBytes: 1, status: failed })).toBe("resume choose");
});
