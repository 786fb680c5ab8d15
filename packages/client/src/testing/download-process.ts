import { readFileSync } from "node:fs";
import { quickDeps } from "./quick-deps.ts";
import { receiveFrom } from "./receive-from.ts";

/** Downloads in a process of its own, that a test can kill: `download-process.ts URL BYTES-FILE PATH`. */
const [url = "", bytesFile = "", path = ""] = process.argv.slice(2);
await receiveFrom({
  url,
  object: { bytes: readFileSync(bytesFile), eTag: '"1"' },
  path,
  deps: quickDeps({ stallMs: 60_000 }),
  options: { concurrency: 2 },
}).result;
