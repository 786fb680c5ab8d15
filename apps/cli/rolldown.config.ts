import { defineConfig } from "rolldown";

export default defineConfig({
  input: { waybill: "src/main.ts" },
  platform: "node",
  transform: { target: "node20" },
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    sourcemap: true,
    cleanDir: true,
  },
});
