import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const DOCUMENT = new URL("../../../docs/security.md", import.meta.url);

it("docs/security.md names tests that exist, at least one for each threat", async () => {
  const text = await readFile(DOCUMENT, "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| **"));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const shownBy = row.split("|").at(-2) ?? "";
    const tests = Array.from(shownBy.matchAll(/\[([^\]]+)\]\(([^)]+\.ts)\)/g));
    if (tests.length === 0) throw new Error(`Nothing is named that shows this: ${row}`);
    for (const [, title = "", path = ""] of tests)
      expect(await readFile(new URL(path, DOCUMENT), "utf8"), `${path} has it`).toContain(title);
  }
});
