// npx pnpm cost
import { writeFileSync } from "node:fs";
import { costDocument } from "./cost-document.ts";

writeFileSync(new URL("../../../../docs/cost.md", import.meta.url), costDocument());
