import { type ConditionKey, findConditionKey } from "./condition-keys.ts";
import { type ConditionOperator, findConditionOperator, type ValueTest } from "./condition-operators.ts";
import { isJsonObject } from "./json-value.ts";
import type { RequestContext } from "./policy-document.ts";
import { type PolicyScope, refusePolicy } from "./policy-error.ts";

/** One key under one operator of `Condition`. */
export interface Condition {
  readonly key: ConditionKey;
  readonly holds: (context: RequestContext) => boolean;
}

/**
 * Read `Condition`: all keys of all operators have to hold, each with any of its values.
 *
 * Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 *
 * @throws {PolicyError}
 */
export function parseConditions(value: unknown, scope: PolicyScope): Condition[] {
  if (!isJsonObject(value)) throw refusePolicy(scope, "syntax", { because: "not an object" });
  return Object.entries(value).flatMap(([type, keys]) => {
    const inner = { ...scope, where: `${scope.where}.${type}` };
    const compile = parseConditionType(type);
    if (compile === undefined) throw refusePolicy(scope, "conditionType", { subject: type });
    if (!isJsonObject(keys)) throw refusePolicy(inner, "syntax", { because: "not an object" });
    return Object.entries(keys).map(([name, listed]) => {
      const key = findConditionKey(name);
      const isForeign = scope.kind === "resource" && /^(?:sts|iam):/i.test(name);
      if (key === undefined || isForeign) throw refusePolicy(inner, "conditionKey", { subject: name });
      const values = toConditionValues(listed);
      if (values === undefined) {
        throw refusePolicy(inner, "syntax", { because: "not one or more strings, numbers or booleans" });
      }
      return { key, holds: compile(key, values, inner) };
    });
  });
}

type CompileCondition = (
  key: ConditionKey,
  values: readonly string[],
  scope: PolicyScope,
) => Condition["holds"];

/** @returns `undefined` for an operator that AWS does not have */
function parseConditionType(type: string): CompileCondition | undefined {
  if (type === "Null") return compileNull; // it takes neither set operator nor IfExists
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(type);
  const [, set, name = "", suffix] = match ?? [];
  const operator = findConditionOperator(name);
  if (operator === undefined) return undefined;
  const ifExists = suffix !== undefined;
  return (key, values, scope) => {
    const matches = compileValues(operator, values, scope);
    if (set === "ForAllValues") return forAllValues(key, matches);
    if (set === "ForAnyValue") return forAnyValue(key, matches, ifExists);
    if (key.multivalued) {
      // "Multivalued context keys require a condition set operator." What AWS does without one is not documented.
      const because = "it has many values, so it needs ForAllValues or ForAnyValue";
      throw refusePolicy(scope, "conditionKey", { subject: key.name, because });
    }
    return oneValue(key, matches, ifExists || operator.negated);
  };
}

/** Any of the policy's values, or for a negated operator none. */
function compileValues(
  operator: ConditionOperator,
  values: readonly string[],
  scope: PolicyScope,
): ValueTest {
  const tests = values.map((policyValue) => operator.compile(policyValue, scope));
  return (value, context) => tests.some((test) => test(value, context)) !== operator.negated;
}

/** @param whenAbsent - what holds for a request without the key */
function oneValue(key: ConditionKey, matches: ValueTest, whenAbsent: boolean): Condition["holds"] {
  return (context) => {
    const [value, ...more] = context.get(key.name) ?? [];
    if (value === undefined) return whenAbsent;
    return more.length === 0 && matches(value, context); // a key that was sent twice is no match for anything
  };
}

/**
 * "Returns true if there are no context keys in the request or if the context key value resolves to a null
 * dataset, such as an empty string."
 *
 * Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function forAllValues(key: ConditionKey, matches: ValueTest): Condition["holds"] {
  return (context) => {
    const values = context.get(key.name) ?? [];
    return isNull(values) || values.every((value) => matches(value, context));
  };
}

/** "If the key does not exist, the condition returns false", with a negated operator too. */
function forAnyValue(key: ConditionKey, matches: ValueTest, ifExists: boolean): Condition["holds"] {
  return (context) => {
    const values = context.get(key.name) ?? [];
    return values.length === 0 ? ifExists : values.some((value) => matches(value, context));
  };
}

/** `true` asks for a request without the key, `false` for "the key exists and its value is not null". */
function compileNull(key: ConditionKey, values: readonly string[], scope: PolicyScope): Condition["holds"] {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  if ([...wanted].some((value) => value !== "true" && value !== "false")) {
    throw refusePolicy(scope, "conditionValue", { subject: "Null", because: "neither true nor false" });
  }
  return (context) => wanted.has(isNull(context.get(key.name) ?? []) ? "true" : "false");
}

function isNull(values: readonly string[]): boolean {
  return values.every((value) => value === "");
}

/** "Quotation marks are optional for numeric and Boolean values." */
function toConditionValues(value: unknown): string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((item) =>
    typeof item === "string" || typeof item === "number" || typeof item === "boolean" ? [String(item)] : [],
  );
  return texts.length === 0 || texts.length < list.length ? undefined : texts;
}
