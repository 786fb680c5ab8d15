import type { Progress } from "@waybill/client/browser";
import type { Checksum } from "@waybill/core";
import { describe, expect, it } from "vitest";
import type { UploadStatus } from "../state/upload-queue.ts";
import { describeUpload } from "./describe-upload.ts";

const MiB = 1024 ** 2;
const crc = { algorithm: "CRC64NVME", value: "AAAAAAAAAAA=" } as const;

function view(status: UploadStatus) {
  return describeUpload({ id: "1", file: new File([new Uint8Array(2 * MiB)], "a.bin"), attempt: 1, status });
}

function running(transferredBytes: number, bytesPerSecond: number, secondsLeft?: number) {
  return view({
    state: "running",
    progress: { ...progressAt(transferredBytes), bytesPerSecond, secondsLeft },
  });
}

function progressAt(transferredBytes: number): Progress {
  return {
    transferredBytes,
    acknowledgedBytes: transferredBytes,
    totalBytes: 2 * MiB,
    bytesPerSecond: 0,
    secondsLeft: undefined,
  };
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

  it("shows where a paused upload stands, and what a running one waits for", () => {
    const progress = { ...progressAt(MiB), bytesPerSecond: MiB };
    expect(view({ state: "paused", progress })).toMatchObject({
      stateText: "Paused",
      details: ["1.0 MiB of 2.0 MiB"],
      bar: { fraction: 0.5, spoken: "Paused, 50 %, 1.0 MiB of 2.0 MiB" },
    });
    expect(view({ state: "running", progress, obstacle: "network" })).toMatchObject({
      stateText: "Waiting",
      details: ["1.0 MiB of 2.0 MiB", "for the network"],
    });
  });

  it("does not say that a file is stored when all bytes have only left", () => {
    expect(running(2 * MiB, MiB, 0)).toMatchObject({
      stateText: "Checking",
      details: ["2.0 MiB of 2.0 MiB"],
    });
  });

  it.each<[Checksum, string]>([
    [crc, "CRC64NVME of the whole file, as the store reports it"],
    [
      { algorithm: "MD5", value: "XUFAKrxLKna5cZ2REBfFkg==" },
      "MD5 of the whole file, as the store reports it",
    ],
    [
      { algorithm: "MD5", value: "XUFAKrxLKna5cZ2REBfFkg==-3", partSizeBytes: 5 * MiB },
      "MD5 of the MD5s of its 3 parts, as the store reports it",
    ],
  ])("shows the checksum of what is stored, and what it is: %o", (checksum, meaning) => {
    const { algorithm, value } = checksum;
    expect(view({ state: "stored", checksum })).toMatchObject({
      stateText: "Stored",
      checksum: { algorithm, value, meaning },
      bar: undefined,
    });
  });

  it("shows why an upload failed", () => {
    expect(view({ state: "failed", message: "The store is busy." }).problem).toBe("The store is busy.");
  });

  it.each<[UploadStatus, string]>([
    [{ state: "waiting" }, "cancel"],
    [{ state: "running", progress: undefined }, "pause cancel"],
    [{ state: "paused", progress: undefined }, "resume cancel"],
    [{ state: "stored", checksum: crc }, "dismiss"],
    [{ state: "failed", message: "" }, "retry dismiss"],
    [{ state: "cancelled" }, "retry dismiss"],
  ])("offers what can be done: %o", (status, offered) => {
    const { canPause, canResume, canCancel, canRetry, canDismiss } = view(status);
    const names = [
      canPause && "pause",
      canResume && "resume",
      canCancel && "cancel",
      canRetry && "retry",
      canDismiss && "dismiss",
    ];
    expect(names.filter(Boolean).join(" ")).toBe(offered);
  });
});
