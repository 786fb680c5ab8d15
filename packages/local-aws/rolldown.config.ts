import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    "waybill-local-aws": "src/cli/main.ts",
    "digest-thread": "src/s3/checksums/digest-thread.ts",
  },
  platform: "node",
  output: { dir: "dist", format: "esm", entryFileNames: "[name].mjs", sourcemap: true, cleanDir: true },
});
