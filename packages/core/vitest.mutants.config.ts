import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * The tests as Stryker runs them: what a module keeps, such as its tables, is made anew in each file, lest it was made
 * before the mutant came.
 */
export default mergeConfig(config, {
  test: { isolate: true, setupFiles: ["src/testing/fast-check-mutants.ts"] },
});
