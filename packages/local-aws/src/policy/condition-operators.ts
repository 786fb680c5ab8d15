import { matchesArn, toArnPattern } from "./arn-pattern.ts";
import { parseDate, parseIpRange, parseNumber } from "./condition-values.ts";
import type { RequestContext } from "./policy-document.ts";
import { type PolicyFault, type PolicyScope, refusePolicy } from "./policy-error.ts";
import { matchesGlob, matchesText, parsePolicyText, type PolicyText, resolveText } from "./policy-text.ts";

/** Whether one value of a request matches one value of a policy. */
export type ValueTest = (value: string, context: RequestContext) => boolean;

export interface ConditionOperator {
  /** A negated operator holds when no value of the policy matches, and when the request lacks the key. */
  readonly negated: boolean;
  /** @throws {PolicyError} for a value that the operator cannot compare with */
  readonly compile: (policyValue: string, scope: PolicyScope) => ValueTest;
}

/** The names are exact: S3 refuses `stringequals`. */
export function findConditionOperator(name: string): ConditionOperator | undefined {
  return OPERATORS.get(name);
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  Equals: (value, limit) => value === limit,
  LessThan: (value, limit) => value < limit,
  LessThanEquals: (value, limit) => value <= limit,
  GreaterThan: (value, limit) => value > limit,
  GreaterThanEquals: (value, limit) => value >= limit,
};

/**
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *
 * `Null` is not among them: it asks about the key, not about values.
 */
const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ...withNegation("StringEquals", "StringNotEquals", compileEquals),
  ...withNegation("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", compileEqualsIgnoreCase),
  ...withNegation("StringLike", "StringNotLike", compileLike),
  ...withNegation("ArnEquals", "ArnNotEquals", compileArn), // "ArnEquals and ArnLike behave identically"
  ...withNegation("ArnLike", "ArnNotLike", compileArn),
  ...withNegation("IpAddress", "NotIpAddress", compileIpAddress),
  ...withNegation("Bool", undefined, compileBool),
  ...withNegation("BinaryEquals", undefined, compileBinary),
  ...ordered("Numeric", parseNumber),
  ...ordered("Date", parseDate),
]);

function withNegation(
  name: string,
  negatedName: string | undefined,
  compile: ConditionOperator["compile"],
): [string, ConditionOperator][] {
  const operator: [string, ConditionOperator] = [name, { negated: false, compile }];
  return negatedName === undefined ? [operator] : [operator, [negatedName, { negated: true, compile }]];
}

/** @param parse - gives `undefined` for text that is no such value */
function ordered(type: string, parse: (text: string) => number | undefined): [string, ConditionOperator][] {
  return Object.entries(COMPARISONS).flatMap(([name, holds]) =>
    withNegation(
      `${type}${name}`,
      name === "Equals" ? `${type}NotEquals` : undefined,
      (policyValue, scope) => {
        const limit = parse(policyValue);
        if (limit === undefined) throw refuseValue(scope, policyValue, `no ${type.toLowerCase()} value`);
        return (text) => {
          const value = parse(text);
          return value !== undefined && holds(value, limit);
        };
      },
    ),
  );
}

function compileEquals(policyValue: string, scope: PolicyScope): ValueTest {
  const text = parseValueText(policyValue, scope, { wildcards: false });
  return (value, context) => matchesText(text, value, context);
}

function compileEqualsIgnoreCase(policyValue: string, scope: PolicyScope): ValueTest {
  const text = parseValueText(policyValue, scope, { wildcards: false });
  return (value, context) => {
    const wanted = resolveText(text, context)?.map((piece) =>
      typeof piece === "string" ? piece.toLowerCase() : piece,
    );
    return wanted !== undefined && matchesGlob(wanted, value.toLowerCase());
  };
}

function compileLike(policyValue: string, scope: PolicyScope): ValueTest {
  const text = parseValueText(policyValue, scope, { wildcards: true });
  return (value, context) => matchesText(text, value, context);
}

function compileArn(policyValue: string, scope: PolicyScope): ValueTest {
  const pattern = toArnPattern(parseValueText(policyValue, scope, { wildcards: true }));
  if (pattern === undefined) throw refuseValue(scope, policyValue, "no ARN with six components");
  return (value, context) => matchesArn(pattern, value, context);
}

function parseValueText(
  policyValue: string,
  scope: PolicyScope,
  options: { wildcards: boolean },
): PolicyText {
  const text = parsePolicyText(policyValue, { variables: scope.variables, ...options });
  if ("problem" in text) throw refuseValue(scope, policyValue, text.problem);
  return text;
}

function compileIpAddress(policyValue: string, scope: PolicyScope): ValueTest {
  const range = parseIpRange(policyValue);
  if (range === undefined) throw refuseValue(scope, policyValue, "no IP address or range", "conditionIp");
  return range;
}

function compileBool(policyValue: string, scope: PolicyScope): ValueTest {
  const wanted = policyValue.toLowerCase();
  if (wanted !== "true" && wanted !== "false") {
    throw refuseValue(scope, policyValue, "neither true nor false");
  }
  return (value) => value.toLowerCase() === wanted;
}

/** A binary key is Base64 in the request's context too. */
function compileBinary(policyValue: string, scope: PolicyScope): ValueTest {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(policyValue)) {
    throw refuseValue(scope, policyValue, "no Base64");
  }
  return (value) => value === policyValue;
}

function refuseValue(
  scope: PolicyScope,
  policyValue: string,
  because: string,
  fault: PolicyFault = "conditionValue",
): Error {
  const operator = scope.where.slice(scope.where.lastIndexOf(".") + 1);
  return refusePolicy(scope, fault, {
    subject: operator,
    because: `${JSON.stringify(policyValue)} is ${because}`,
  });
}
