import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,e2e,bench,proofs,docs}/**/*.test.ts"],
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    testTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
    maxWorkers: 2, // each mostly waits for its stack of eight processes, and for its browser
  },
});
