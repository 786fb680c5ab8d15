import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    testTimeout: 30_000,
    isolate: false, // tests put back what they change, and starting a worker per file takes longer than most files
  },
});
