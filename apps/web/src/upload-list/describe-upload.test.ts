import { describe, expect, it } from "vitest";
import type { UploadStatus } from "../state/upload-queue.ts";
import { describeUpload } from "./describe-upload.ts";

const MiB = 1024 ** 2;

function view(status: UploadStatus) {
  return describeUpload({ id: "1", file: new File([new Uint8Array(2 * MiB)], "a.bin"), attempt: 1, status });
}

function running(transferredBytes: number, bytesPerSecond: number, secondsLeft?: number) {
  return view({
    state: "running",
    progress: {
      transferredBytes,
      acknowledgedBytes: transferredBytes,
      totalBytes: 2 * MiB,
      bytesPerSecond,
      secondsLeft,
    },
  });
}

describe("describeUpload", () => {
  it("shows transferred of total, speed and time left", () => {
    expect(running(MiB, MiB / 2, 2)).toMatchObject({
      stateText: "Sending",
      details: ["1.0 MiB of 2.0 MiB", "512 KiB/s", "2 s left"],
      bar: { fraction: 0.5, percent: "50 %", spoken: "50 %, 1.0 MiB of 2.0 MiB" },
    });
  });

  it("claims no speed and no time before there is something to measure", () => {
    expect(running(0, 0).details).toEqual(["0 B of 2.0 MiB"]);
    expect(view({ state: "running", progress: undefined })).toMatchObject({
      stateText: "Preparing",
      canCancel: true,
    });
  });

  it("does not say that a file is stored when all bytes have only left", () => {
    expect(running(2 * MiB, MiB, 0)).toMatchObject({
      stateText: "Checking",
      details: ["2.0 MiB of 2.0 MiB"],
    });
  });

  it("shows the checksum of what is stored", () => {
    expect(view({ state: "stored", checksum: "AAAAAAAAAAA=" })).toMatchObject({
      stateText: "Stored",
      checksum: "AAAAAAAAAAA=",
      bar: undefined,
    });
  });

  it("shows why an upload failed", () => {
    expect(view({ state: "failed", message: "The store is busy." }).problem).toBe("The store is busy.");
  });

  it.each<[UploadStatus, string]>([
    [{ state: "waiting" }, "cancel"],
    [{ state: "running", progress: undefined }, "cancel"],
    [{ state: "stored", checksum: "" }, "dismiss"],
    [{ state: "failed", message: "" }, "retry dismiss"],
    [{ state: "cancelled" }, "retry dismiss"],
  ])("offers what can be done: %o", (status, offered) => {
    const { canCancel, canRetry, canDismiss } = view(status);
    const names = [canCancel && "cancel", canRetry && "retry", canDismiss && "dismiss"];
    expect(names.filter(Boolean).join(" ")).toBe(offered);
  });
});
