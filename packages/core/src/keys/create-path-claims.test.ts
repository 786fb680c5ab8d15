import { describe, expect, it } from "vitest";
import { createPathClaims } from "./create-path-claims.ts";

describe("createPathClaims", () => {
  it("gives every file its place, and files of one name in different folders theirs", () => {
    const claim = createPathClaims();
    for (const path of ["a", "b/a", "b/c/a", "A", "b-c"]) expect(claim(path)).toBeUndefined();
  });

  it.each([
    [["a/b", "a/b"], 'another file is "a/b" already'],
    [["a", "a/b/c"], '"a" is a file already, and cannot be its folder'],
    [["a/b/c", "a/b"], '"a/b" is the folder of other files already'],
  ])("refuses the last of %j", ([first = "", second = ""], reason) => {
    const claim = createPathClaims();
    expect(claim(first)).toBeUndefined();
    expect(claim(second)).toBe(reason);
  });

  it("keeps nothing of what it refused", () => {
    const claim = createPathClaims();
    claim("a");
    claim("a/b/c");
    expect(claim("a-b")).toBeUndefined();
  });
});
