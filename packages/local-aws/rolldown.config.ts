import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    "waybill-local-aws": "src/cli/main.ts",
    "digest-thread": "src/s3/checksums/digest-thread.ts",
  },
  platform: "node",
  transform: { target: "node22" },
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs", // with the ending of digest-thread.mjs, which they start
    sourcemap: true,
    cleanDir: true,
  },
});
