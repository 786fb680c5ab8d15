import { S3Error } from "../s3-error.ts";
import type { SizeRange } from "./file-stream.ts";
import { fieldValue, type FormFields } from "./form-fields.ts";
import type { FieldCondition, PostPolicy, RangeCondition } from "./parse-policy.ts";

/**
 * Hold a form against its policy: every condition must be met, and every field must be covered by one.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @param options.bucket - of the address: it needs a condition like a field
 * @returns what is left to hold against the file
 * @throws {S3Error} `AccessDenied`, as Amazon answers; its table of errors says InvalidPolicyDocument
 */
export function checkPolicy(
  policy: PostPolicy,
  options: { fields: FormFields; bucket: string; now: Date },
): SizeRange {
  const { fields, bucket, now } = options;
  if (now > policy.expiresAt) throw refused("Policy expired.");
  const covered = new Set<string>();
  let range: SizeRange = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    if (condition.kind === "content-length-range") {
      range = narrow(range, condition);
      continue;
    }
    const { fieldName } = condition;
    const value = fieldName === "bucket" ? bucket : fieldValue(fields, fieldName ?? "");
    if (!isMet(condition, value)) throw conditionFailed(condition.text, noteOf(condition));
    if (fieldName !== undefined) covered.add(fieldName);
  }
  const extra = [...fields].find(([id]) => !covered.has(id) && !isExempt(id));
  if (extra !== undefined) throw refused(`Extra input fields: ${extra[1].name}`);
  if (!covered.has("bucket")) throw refused("Extra input fields: bucket");
  return range;
}

/** A field that is not there meets nothing, not even `["starts-with", "$acl", ""]`. */
function isMet(condition: FieldCondition, value: string | undefined): boolean {
  if (value === undefined || condition.hasVariable) return false;
  if (condition.kind === "eq") return value === condition.value;
  if (condition.fieldName !== "content-type") return value.startsWith(condition.value);
  return value.split(",").every((item) => item.trimStart().startsWith(condition.value));
}

function narrow(range: SizeRange, { bounds, text }: RangeCondition): SizeRange {
  if (bounds === undefined) throw conditionFailed(text);
  return {
    minBytes: Math.max(range.minBytes, bounds.min),
    maxBytes: Math.min(range.maxBytes, bounds.max),
  };
}

function isExempt(id: string): boolean {
  return id === "x-amz-signature" || id === "policy" || id === "file" || id.startsWith("x-ignore-");
}

function conditionFailed(text: string, note = text): S3Error {
  return refused(`Policy Condition failed: ${text}`, `policy condition failed: ${note}`);
}

function noteOf({ hasVariable, text }: FieldCondition): string {
  if (/security-token/i.test(text)) return "that of the session token"; // which no log shows
  return hasVariable ? `${text}; a $ in a value must be written \\$` : text;
}

function refused(problem: string, logNote = problem): S3Error {
  return new S3Error("AccessDenied", { message: `Invalid according to Policy: ${problem}`, logNote });
}
