import { expect, it } from "vitest";
import type { Upload, UploadStatus } from "../state/upload-queue.ts";
import { summarizeUploads } from "./summarize-uploads.ts";

it("counts what is stored, and what failed if anything did", () => {
  const upload = (status: UploadStatus): Upload => ({ id: "1", file: new File([], "a"), attempt: 1, status });
  const two = [
    upload({ state: "waiting" }),
    upload({ state: "stored", checksum: { algorithm: "CRC64NVME", value: "AAAAAAAAAAA=" } as const }),
  ];
  expect(summarizeUploads(two)).toBe("1 of 2 stored");
  expect(summarizeUploads([...two, upload({ state: "failed", message: "" })])).toBe(
    "1 of 3 stored, 1 failed",
  );
});
