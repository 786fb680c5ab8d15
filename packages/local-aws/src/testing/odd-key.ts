import fc from "fast-check";

/** Keys that break stores which take them for paths, or clients that encode them badly. */
export function oddKey(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...FAMOUS_KEYS), randomKey());
}

/** For suites that other servers are asked too: a NUL, which some refuse, has a test of its own there. */
export function oddKeyWithoutNul(): fc.Arbitrary<string> {
  return oddKey().filter((key) => !key.includes("\0"));
}

const FAMOUS_KEYS = [
  "a",
  "a/b",
  "A",
  "a/",
  "a//b",
  "//a",
  "/",
  ".",
  "..",
  "../../etc/passwd",
  "a/../b",
  "a/./b",
  "%2F",
  "a%2Fb",
  "a+b",
  "a b",
  "a#b?c=d&e",
  "'\"<>&;",
  "(!*~)",
  "名前 📦.txt",
  "é",
  "e\u0301",
  "x".repeat(1024),
  "가".repeat(341),
  "CON",
  "a\\b",
  "a\tb",
  "\n",
  "\u0001",
];

function randomKey(): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((key) => key.isWellFormed());
}
