import { defineConfig } from "rolldown";

// CommonJS: the Lambda runtime loads it some milliseconds faster than ES modules.
export default defineConfig({
  input: { handler: "src/handler.ts", "rest-authorizer": "src/rest-authorizer.ts" },
  platform: "node",
  output: {
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    minify: true,
    sourcemap: true,
    cleanDir: true,
  },
});
