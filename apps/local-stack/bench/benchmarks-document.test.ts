import { describe, expect, it } from "vitest";
import { withSection } from "./benchmarks-document.ts";

const signing = "## Signing\n\n| | µs |\n| --- | ---: |\n| a | 1 |\n";
const checksums = "## Checksums\n\nSome ## text.\n\n### By size\n";

describe("the document of the benchmarks", () => {
  it("gets a section of its own for each benchmark, in the order in which they came", () => {
    const document = withSection(withSection("", signing, "one machine"), checksums, "another");
    const [intro, ...sections] = document.split("\n\n## ");
    expect(intro).toMatch(/^# Benchmarks\n/);
    expect(sections).toEqual([
      "Signing\n\n| | µs |\n| --- | ---: |\n| a | 1 |\n\nMeasured on one machine.",
      "Checksums\n\nSome ## text.\n\n### By size\n\nMeasured on another.\n",
    ]);
  });

  it("keeps every other section when one is measured again", () => {
    const before = [signing, checksums, "## Transfers\n\nText.\n"].reduce(
      (document, section) => withSection(document, section, "Monday"),
      "",
    );
    const after = withSection(before, checksums.replace("Some", "Other"), "Tuesday");
    expect(after).toBe(
      before
        .replace("Some ## text.", "Other ## text.")
        .replace("### By size\n\nMeasured on Monday", "### By size\n\nMeasured on Tuesday"),
    );
    expect(withSection(after, signing, "Monday")).toBe(after);
  });
});
