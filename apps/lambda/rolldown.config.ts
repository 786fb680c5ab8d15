import { defineConfig, type OutputOptions } from "rolldown";

// CommonJS: the Lambda runtime loads it some milliseconds faster than ES modules.
const output = {
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  minify: true,
  sourcemap: true,
  cleanDir: true,
} satisfies OutputOptions;

export default defineConfig([
  {
    input: { handler: "src/handler.ts", "rest-authorizer": "src/rest-authorizer.ts" },
    platform: "node",
    output: { ...output, dir: "dist/api" },
  },
  // Apart, since what runs at CloudFront's edges is deployed by itself.
  { input: { handler: "src/edge/handler.ts" }, platform: "node", output: { ...output, dir: "dist/edge" } },
]);
