import { describe, expect, it } from "vitest";
import { folderNotice } from "./folder-notice.ts";

describe("folderNotice", () => {
  it("names a single folder", () => {
    expect(folderNotice(["photos"])).toContain(
      "“\u2068photos\u2069” is a folder, and folders are not supported yet.",
    );
  });

  it("counts several", () => {
    expect(folderNotice(["a", "b"])).toContain("2 of the items are folders");
  });

  it("is silent without a folder", () => {
    expect(folderNotice([])).toBeUndefined();
  });
});
