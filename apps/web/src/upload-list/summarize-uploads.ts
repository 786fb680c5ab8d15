import type { Upload } from "../state/upload-queue.ts";

/** `2 of 5 stored, 1 failed`: how far all of it is. */
export function summarizeUploads(uploads: readonly Upload[]): string {
  const count = (state: Upload["status"]["state"]) =>
    uploads.filter(({ status }) => status.state === state).length;
  const failed = count("failed");
  return `${count("stored")} of ${uploads.length} stored${failed === 0 ? "" : `, ${failed} failed`}`;
}
