import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    testTimeout: 30_000,
    isolate: false, // no test changes a global, and starting a worker per file takes longer than most files
  },
});
