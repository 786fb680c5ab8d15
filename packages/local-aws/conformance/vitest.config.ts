import { defineConfig } from "vitest/config";

/*
 * `pnpm conformance`: the contract suite on another S3 server, beside the stand-in that `pnpm test` asks.
 */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["*.conformance.ts"],
    runner: `${import.meta.dirname}/known-differences-runner.ts`,
    setupFiles: ["@waybill/core/testing/fast-check-seed"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
