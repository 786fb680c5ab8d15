import { readFileSync } from "node:fs";
import { Route } from "@waybill/core";
import { expect, it } from "vitest";
import { withRoutesTable } from "./routes-table.ts";

const document = readFileSync(new URL("../../../docs/routes.md", import.meta.url), "utf8");

it("docs/routes.md has the table as it is now: else `npx pnpm routes`", () => {
  const cells = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/-{3,}/g, "-"); // oxfmt aligns tables
  expect(cells(document)).toBe(cells(withRoutesTable(document)));
  for (const route of Route.options) expect(document).toContain(`### \`${route}\``);
});
