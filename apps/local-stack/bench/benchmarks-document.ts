const INTRO = [
  "# Benchmarks",
  "",
  "Written by `npx pnpm bench`; with a name, as in `npx pnpm bench sign`, it measures that and leaves the other",
  "sections as they are. All of one table ran turn by turn. Trust the ratios, not the seconds.",
].join("\n");

/**
 * A document with one section more, or with the one of the same heading replaced.
 *
 * @param document - empty, or what this function made
 * @param section - Markdown that begins with a heading `## …`
 * @param measuredOn - machine and date: sections need not be of one run
 */
export function withSection(document: string, section: string, measuredOn: string): string {
  const measured = `${section.trim()}\n\nMeasured on ${measuredOn}.`;
  const sections = document.split(/^(?=## )/m).slice(1);
  const at = sections.findIndex((other) => headingOf(other) === headingOf(measured));
  sections.splice(at === -1 ? sections.length : at, 1, measured);
  return [INTRO, ...sections].map((text) => `${text.trim()}\n`).join("\n");
}

function headingOf(section: string): string {
  return section.split("\n", 1).join("");
}
