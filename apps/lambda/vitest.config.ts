import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    include: ["src/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
