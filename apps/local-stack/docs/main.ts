// npx pnpm routes
import { readFileSync, writeFileSync } from "node:fs";
import { withRoutesTable } from "./routes-table.ts";

const path = new URL("../../../docs/routes.md", import.meta.url);
writeFileSync(path, withRoutesTable(readFileSync(path, "utf8")));
