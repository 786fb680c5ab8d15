import { type RunnerTask, type RunnerTestFile, TestRunner } from "vitest";
import { findKnownDifferences } from "./known-differences.ts";

/**
 * Turns a test about a known difference round: it has to fail. So every difference is run, named and
 * counted, and one that goes away is noticed.
 */
export default class KnownDifferencesRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    const tests = files.flatMap(({ tasks }) => tasks.flatMap(toTests));
    const known = findKnownDifferences(process.env);
    for (const [title, reason] of Object.entries(known)) {
      const found = tests.filter(({ name }) => name === title);
      if (found.length !== 1) throw new Error(`${found.length} tests are called "${title}"`);
      for (const test of found) {
        test.fails = true;
        test.name = `${title} (known to differ: ${reason})`;
      }
    }
  }
}

function toTests(task: RunnerTask): Extract<RunnerTask, { type: "test" }>[] {
  return task.type === "suite" ? task.tasks.flatMap(toTests) : [task];
}
