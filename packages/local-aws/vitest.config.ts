import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    isolate: false, // no test changes a global, and starting a worker per file takes as long as most files
    testTimeout: 30_000, // for a busy machine: nothing here waits for time to pass
    hookTimeout: 30_000,
  },
});
