import fc from "fast-check";

// A setup file of vitest: a mutant is to fail, not to show its smallest counterexample, and twice in the same way.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true, seed: 1 });
