import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One after the other in one worker: the stages are synthesised once for all of them.
    isolate: false,
    fileParallelism: false,
  },
});
