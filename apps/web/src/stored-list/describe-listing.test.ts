import { describe, expect, it } from "vitest";
import { initialStoredFiles, type StoredFiles } from "../state/stored-files.ts";
import { describeListing } from "./describe-listing.ts";

const files = (changes: Partial<StoredFiles>): StoredFiles => ({ ...initialStoredFiles, ...changes });

describe("describeListing", () => {
  it("does not call the list empty before it is known", () => {
    expect(describeListing(files({}), 0).placeholder).toBe("Loading…");
    expect(describeListing(files({ listing: { state: "running" } }), 0).placeholder).toBe("Loading…");
    expect(describeListing(files({ listing: { state: "done" } }), 0).placeholder).toContain(
      "Nothing is stored yet",
    );
  });

  it("keeps the rows and shows the error when a listing fails", () => {
    const failed = files({ listing: { state: "failed", message: "The store is busy." } });
    expect(describeListing(failed, 3)).toMatchObject({ error: "The store is busy.", note: "3 files" });
    expect(describeListing(failed, 0)).toMatchObject({ error: "The store is busy.", placeholder: undefined });
  });

  it("counts, and says when that is not all", () => {
    const done = { listing: { state: "done" } } as const;
    expect(describeListing(files(done), 1)).toMatchObject({ note: "1 file", canLoadMore: false });
    expect(describeListing(files({ ...done, cursor: "c" }), 1000)).toMatchObject({
      note: "1,000 shown, there are more",
      canLoadMore: true,
    });
  });
});
