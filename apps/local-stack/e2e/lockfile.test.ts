import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const lockfile = await readFile(new URL("../../../pnpm-lock.yaml", import.meta.url), "utf8");

describe("the lockfile", () => {
  it("names no host: every registry serves the same packages", () => {
    expect(lockfile).not.toMatch(/https?:\/\/|tarball:/);
  });

  // Where a registry lacks a build for another platform, pnpm leaves it out without a word.
  it.each([
    "@oxfmt/binding-darwin-arm64",
    "@oxlint-tsgolint/darwin-arm64",
    "@oxlint/binding-darwin-arm64",
    "@pnpm/exe.darwin-arm64",
    "@rolldown/binding-darwin-arm64",
    "@turbo/darwin-arm64",
    "@typescript/typescript-darwin-arm64",
  ])("has %s", (name) => {
    expect(lockfile).toContain(`'${name}@`);
  });
});
