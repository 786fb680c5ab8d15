import { defineConfig } from "vitest/config";

/*
 * `pnpm conformance`: what credentials reach on another S3 server, beside the stand-in that `pnpm test` asks.
 */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["*.conformance.ts"],
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
