import type { Parameters } from "./query-parameters.ts";
import { StsError, validationError } from "./sts-error.ts";

/** What the API model says of a parameter. Lengths are of UTF-16 code units. */
export interface MemberConstraint {
  /** `RoleArn`; the messages name it `roleArn`. */
  name: string;
  required?: true;
  minLength?: number;
  maxLength?: number;
  pattern?: { allowed: RegExp; text: string };
}

/**
 * Hold parameters against the API model, and name every problem at once as Amazon does.
 *
 * @throws {StsError} `ValidationError`
 */
export function checkMembers(parameters: Parameters, constraints: readonly MemberConstraint[]): void {
  const problems = constraints.flatMap((constraint) =>
    findProblems(parameters.get(constraint.name), constraint),
  );
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 validation error" : `${problems.length} validation errors`;
  throw new StsError("ValidationError", {
    message: `${count} detected: ${problems.join("; ")}`,
    logNote: `${count} detected`, // a value may be a policy with names in it that no log needs
  });
}

/**
 * Read a whole number as Amazon's parser does.
 *
 * @throws {StsError} `MalformedInput` for what is no 32-bit integer, `ValidationError` out of range
 */
export function parseIntegerMember(
  text: string,
  constraint: { name: string; min: number; max: number },
): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < -(2 ** 31) || value >= 2 ** 31) {
    const message = text === "" ? "missing value for decimal type" : "the value is no whole number";
    throw new StsError("MalformedInput", { message, logNote: constraint.name });
  }
  const refuse = (bound: string): StsError =>
    validationError(
      `1 validation error detected: Value '${value}' at '${toCamelCase(constraint.name)}' failed to satisfy constraint: Member must have value ${bound}`,
    );
  if (value < constraint.min) throw refuse(`greater than or equal to ${constraint.min}`);
  if (value > constraint.max) throw refuse(`less than or equal to ${constraint.max}`);
  return value;
}

function findProblems(value: string | undefined, constraint: MemberConstraint): string[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = constraint;
  const at = `at '${toCamelCase(constraint.name)}' failed to satisfy constraint: Member must`;
  if (value === undefined) return constraint.required ? [`Value null ${at} not be null`] : [];
  const failed: string[] = [];
  if (pattern !== undefined && !pattern.allowed.test(value)) {
    failed.push(`satisfy regular expression pattern: ${pattern.text}`);
  }
  if (value.length < minLength) failed.push(`have length greater than or equal to ${minLength}`);
  if (value.length > maxLength) failed.push(`have length less than or equal to ${maxLength}`);
  return failed.map((problem) => `Value '${value}' ${at} ${problem}`);
}

function toCamelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
