import { readFileSync } from "node:fs";
import { receiveFrom } from "./receive-from.ts";

/** Downloads in a process of its own, that a test can kill: `download-process.ts URL BYTES-FILE PATH`. */
const [url = "", bytesFile = "", path = ""] = process.argv.slice(2);
await receiveFrom({
  url,
  object: { bytes: readFileSync(bytesFile), eTag: '"1"' },
  path,
  receiver: { deps: { sleep: async () => {}, random: () => 0, stallMs: 60_000 }, concurrency: 2 },
});
