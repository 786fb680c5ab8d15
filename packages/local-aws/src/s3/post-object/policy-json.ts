import { S3Error } from "../s3-error.ts";

/**
 * Read the text of a POST policy. It is JSON with two more escapes, `\$` and `\v`, and with no other values
 * than strings, whole numbers, lists and objects.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; to `null` and
 * `512.0` Amazon says "Invalid JSON."
 *
 * @param base64 - the field, as it was signed
 * @returns what `JSON.parse` makes of it, with each `\$` as `ESCAPED_DOLLAR`
 * @throws {S3Error} `InvalidPolicyDocument`
 */
export function parsePolicyJson(base64: string): unknown {
  const bytes = Buffer.from(base64, "base64");
  // Node's decoder skips what is not base64, so the text must come back as it was.
  if (bytes.toString("base64") !== base64) throw invalidPolicy("invalid Base64 encoding.");
  try {
    return parseText(new TextDecoder("utf8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalidPolicy(INVALID_JSON, cause);
  }
}

/** Stands for `\$` until somebody has looked where a bare `$` is. A noncharacter: no text has it. */
export const ESCAPED_DOLLAR = "\uffff";

export const INVALID_JSON = "Invalid JSON.";

export function invalidPolicy(problem: string, cause?: unknown): S3Error {
  const text = problem.replaceAll(ESCAPED_DOLLAR, "$");
  return new S3Error("InvalidPolicyDocument", { message: `Invalid Policy: ${text}`, logNote: text, cause });
}

function parseText(text: string): unknown {
  if (text.includes(ESCAPED_DOLLAR)) throw new SyntaxError("a noncharacter");
  const standard = text.replaceAll(
    /\\(.)/gs,
    (escape, letter: string) => EXTRA_ESCAPES.get(letter) ?? escape,
  );
  const value: unknown = JSON.parse(standard);
  // With all strings emptied, only numbers and words are left beside the punctuation.
  const bare = standard.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '""');
  if (/[.a-z]/i.test(bare)) throw new SyntaxError("a fraction, true, false or null");
  return value;
}

const EXTRA_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["$", ESCAPED_DOLLAR],
  ["v", String.raw`\u000b`],
]);
