import { defineConfig } from "rolldown";

export default defineConfig({
  input: { worker: "src/main.ts", lambda: "src/lambda.ts" },
  platform: "node",
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    sourcemap: true,
    cleanDir: true,
  },
});
