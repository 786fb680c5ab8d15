import { describe, expect, it } from "vitest";
import { createPathFilter } from "./create-path-filter.ts";

const accepts = (path: string, globs: { include?: string[]; exclude?: string[] }) =>
  createPathFilter({ include: [], exclude: [], ...globs }).accepts(path);

describe("createPathFilter", () => {
  it.each([
    ["*.jpg", "a.jpg", true],
    ["*.jpg", "2024/summer/a.jpg", true],
    ["*.jpg", "a.jpg.txt", false],
    ["*.{jpg,png}", "2024/b.png", true],
    ["2024/*.jpg", "2024/a.jpg", true],
    ["2024/*.jpg", "2024/summer/a.jpg", false],
    ["2024/*.jpg", "old/2024/a.jpg", false],
    ["2024/**/*.jpg", "2024/summer/late/a.jpg", true],
    ["**/summer/*.jpg", "2024/summer/a.jpg", true],
    ["/a.jpg", "a.jpg", true],
    ["/a.jpg", "2024/a.jpg", false],
    ["./a.jpg", "a.jpg", true],
    ["2024", "2024/summer/a.jpg", true],
    ["2024/", "2024/a.jpg", true],
    ["2024/", "2024", false],
    ["*", ".hidden/.file", true],
    [".*", ".git/HEAD", true],
    ["!a", "!a", true],
    ["A.jpg", "a.jpg", false],
    ["[ab].txt", "b.txt", true],
  ])("holds %j against %j: %j", (glob, path, expected) => {
    expect(accepts(path, { include: [glob] })).toBe(expected);
    expect(accepts(path, { exclude: [glob] })).toBe(!expected);
  });

  it("takes everything where nothing is said, and what any of several globs includes", () => {
    expect(accepts("a/b", {})).toBe(true);
    expect(accepts("a.png", { include: ["*.jpg", "*.png"] })).toBe(true);
  });

  it("lets exclude win", () => {
    expect(accepts("node_modules/a.js", { include: ["*.js"], exclude: ["node_modules"] })).toBe(false);
  });

  it("looks into a folder unless all of it is excluded", () => {
    const { excludesFolder } = createPathFilter({ include: ["*.js"], exclude: ["node_modules/", "a/*.js"] });
    expect(excludesFolder("packages/x/node_modules")).toBe(true);
    expect(excludesFolder("a")).toBe(false);
  });

  it.each(["", "/"])("refuses %j", (glob) => {
    expect(() => accepts("a", { include: [glob] })).toThrow("is not a glob");
  });
});
