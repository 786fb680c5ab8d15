import type { ListedObject } from "@waybill/core";
import { describe, expect, it } from "vitest";
import {
  initialStoredFiles,
  nameToConfirm,
  newestFirst,
  storedFiles,
  type StoredFiles,
  type StoredFilesEvent,
} from "./stored-files.ts";

/** `key` is also the minute it was stored. */
const object = (key: string): ListedObject => ({
  key,
  fileName: `${key}.txt`,
  sizeBytes: 1,
  eTag: '"e"',
  lastModified: `2026-01-01T00:${key}:00Z`,
});
const listed = (keys: string[], cursor?: string): StoredFilesEvent => ({
  type: "listed",
  objects: keys.map(object),
  cursor,
});
const stored = (key: string): StoredFilesEvent => ({ type: "stored", object: object(key) });
const began: StoredFilesEvent = { type: "listing-began" };

function after(...events: StoredFilesEvent[]): StoredFiles {
  return events.reduce(storedFiles, initialStoredFiles);
}

const keys = (files: StoredFiles) => newestFirst(files).map(({ key }) => key);

describe("storedFiles", () => {
  it("shows the newest first", () => {
    expect(keys(after(began, listed(["10", "30", "20"])))).toEqual(["30", "20", "10"]);
  });

  it("shows a file at once when it is stored, and once when it is listed", () => {
    const files = after(began, listed(["10"]), stored("20"));
    expect(keys(files)).toEqual(["20", "10"]);
    expect(keys([began, listed(["10", "20"])].reduce(storedFiles, files))).toEqual(["20", "10"]);
  });

  it("believes a complete listing that began after the change", () => {
    const files = after(began, listed(["10"]), stored("20"), began, listed(["10"]));
    expect(keys(files)).toEqual(["10"]); // somebody else deleted it
  });

  it("keeps what happened while the listing was under way", () => {
    const files = after(
      began,
      listed(["10", "11"]),
      began,
      stored("20"),
      { type: "removed", key: "10" },
      listed(["10", "11"]),
    );
    expect(keys(files)).toEqual(["20", "11"]);
  });

  it("keeps a new file that lies behind the end of a partial listing", () => {
    const files = after(began, listed(["10"], "more"), stored("50"), began, listed(["10"], "more"));
    expect(keys(files)).toEqual(["50", "10"]);
    expect(keys([began, listed(["10", "40", "50"])].reduce(storedFiles, files))).toEqual(["50", "40", "10"]);
  });

  it("keeps the rows when a listing fails, and the changes", () => {
    const files = after(began, listed(["10"]), stored("20"), began, {
      type: "listing-failed",
      message: "No.",
    });
    expect(keys(files)).toEqual(["20", "10"]);
    expect(files.listing).toEqual({ state: "failed", message: "No." });
  });

  it("keeps failures with their own file", () => {
    const files = after(began, listed(["10", "11"]), { type: "row-failed", key: "10", message: "No." });
    expect([...files.rows]).toEqual([["10", { state: "failed", message: "No." }]]);
    expect(storedFiles(files, { type: "download-began", key: "10" }).rows.get("10")?.state).toBe(
      "preparing-download",
    );
    expect(storedFiles(files, { type: "removed", key: "10" }).rows.size).toBe(0);
  });

  it("asks about one file until there is an answer", () => {
    const asked = after(began, listed(["10"]), { type: "delete-asked", key: "10" });
    expect(nameToConfirm(asked)).toBe("10.txt");
    expect(nameToConfirm(storedFiles(asked, { type: "delete-declined" }))).toBeUndefined();
    expect(nameToConfirm(storedFiles(asked, { type: "delete-began", key: "10" }))).toBeUndefined();
    expect(nameToConfirm([began, listed([])].reduce(storedFiles, asked))).toBeUndefined(); // gone meanwhile
  });
});
