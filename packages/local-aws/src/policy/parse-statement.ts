import { parseAction } from "./action-patterns.ts";
import { checkBucketStatement } from "./bucket-policy.ts";
import { isJsonObject, type JsonObject, toStrings } from "./json-value.ts";
import { parseConditions } from "./parse-conditions.ts";
import type { Listed, Statement } from "./policy-document.ts";
import { type PolicyFault, type PolicyScope, refusePolicy } from "./policy-error.ts";
import { parsePrincipals, type Principals } from "./principals.ts";
import { parseResource } from "./resource-patterns.ts";

/** @throws {PolicyError} */
export function parseStatement(value: unknown, scope: PolicyScope): Statement {
  if (!isJsonObject(value)) throw refusePolicy(scope, "syntax", { because: "not an object" });
  for (const name of Object.keys(value)) {
    if (!ELEMENTS.has(name)) throw refusePolicy(scope, "unknownField", { subject: name });
  }
  const effect = parseEffect(value, scope);
  const statement = {
    sid: parseSid(value, scope),
    effect,
    principals: parsePrincipalElement(value, effect, scope),
    actions: parseList(value, "Action", { scope, missing: "missingAction", parse: parseAction }),
    resources: parseResources(value, scope),
    conditions: Object.hasOwn(value, "Condition")
      ? parseConditions(value["Condition"], inside(scope, "Condition"))
      : [],
  };
  const { actions, resources, conditions } = statement;
  if (scope.kind === "resource" && resources) checkBucketStatement({ actions, resources, conditions }, scope);
  return statement;
}

const ELEMENTS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

function parseEffect(statement: JsonObject, scope: PolicyScope): Statement["effect"] {
  const effect = statement["Effect"];
  if (effect === "Allow" || effect === "Deny") return effect;
  if (effect === undefined) throw refusePolicy(scope, "missingField", { subject: "Effect" });
  throw refusePolicy(scope, "effect", {
    subject: typeof effect === "string" ? effect : JSON.stringify(effect),
  });
}

function parseSid(statement: JsonObject, scope: PolicyScope): string | undefined {
  const sid = statement["Sid"];
  if (sid === undefined) return undefined;
  if (typeof sid !== "string") throw refusePolicy(scope, "syntax", { because: "Sid is not a string" });
  const isOfIam = scope.kind === "identity" || scope.kind === "session"; // S3 takes any text
  if (isOfIam && !/^[A-Za-z\d]*$/.test(sid)) throw refusePolicy(scope, "sid", { subject: sid });
  return sid;
}

function parsePrincipalElement(
  statement: JsonObject,
  effect: Statement["effect"],
  scope: PolicyScope,
): Principals | undefined {
  const element = findElement(statement, "Principal", scope);
  if (scope.kind === "identity" || scope.kind === "session") {
    if (element !== undefined) throw refusePolicy(scope, "principalProhibited");
    return undefined;
  }
  if (element === undefined) throw refusePolicy(scope, "missingField", { subject: "Principal" });
  const { negated } = element;
  // "NotPrincipal must be used with Effect: Deny. Using it with Effect: Allow is not supported."
  if (negated && effect === "Allow") throw refusePolicy(scope, "allowNotPrincipal");
  if (negated && scope.kind === "trust") throw refusePolicy(scope, "trustNotPrincipal");
  return parsePrincipals(element.value, { scope: inside(scope, element.name), effect, negated });
}

function parseResources(statement: JsonObject, scope: PolicyScope): Statement["resources"] {
  if (scope.kind === "trust") {
    if (findElement(statement, "Resource", scope) === undefined) return undefined;
    throw refusePolicy(scope, "trustResource");
  }
  return parseList(statement, "Resource", { scope, missing: "missingResource", parse: parseResource });
}

function parseList<T>(
  statement: JsonObject,
  name: string,
  options: { scope: PolicyScope; missing: PolicyFault; parse: (text: string, scope: PolicyScope) => T },
): Listed<T> {
  const { scope, missing, parse } = options;
  const element = findElement(statement, name, scope);
  if (element === undefined) throw refusePolicy(scope, missing);
  const inner = inside(scope, element.name);
  const texts = toStrings(element.value);
  if (texts === undefined) throw refusePolicy(inner, "syntax", { because: "not one or more strings" });
  if (texts.length === 0) throw refusePolicy(inner, missing);
  return { negated: element.negated, patterns: texts.map((text) => parse(text, inner)) };
}

/** An element or its opposite, `Action` or `NotAction`; never both. */
function findElement(
  statement: JsonObject,
  name: string,
  scope: PolicyScope,
): { name: string; value: unknown; negated: boolean } | undefined {
  const opposite = `Not${name}`;
  const negated = Object.hasOwn(statement, opposite);
  if (!Object.hasOwn(statement, name)) {
    return negated ? { name: opposite, value: statement[opposite], negated } : undefined;
  }
  if (negated) throw refusePolicy(scope, "syntax", { because: `${name} and ${opposite} together` });
  return { name, value: statement[name], negated };
}

function inside(scope: PolicyScope, element: string): PolicyScope {
  return { ...scope, where: `${scope.where}.${element}` };
}
