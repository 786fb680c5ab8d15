import { findDuplicateName, isJsonObject, type JsonObject } from "./json-value.ts";
import { parseStatement } from "./parse-statement.ts";
import type { PolicyDocument, PolicyKind, Statement } from "./policy-document.ts";
import { refusePolicy } from "./policy-error.ts";

export type { PolicyDocument, PolicyKind } from "./policy-document.ts";
export { PolicyError } from "./policy-error.ts";

/**
 * Read a policy as the service would that takes it: IAM an `identity` or `trust` policy, STS a `session` policy,
 * S3 a bucket's (`resource`).
 *
 * How long it may be is not checked here.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws {PolicyError} for what AWS refuses, and for every operator, condition key, variable, element or form of
 *   an action, resource or principal that is not known here: nothing is ignored
 */
export function parsePolicy(json: string, kind: PolicyKind): PolicyDocument {
  const document = parseJson(json, kind);
  const scope = { kind, where: "the policy", variables: parseVersion(document, kind) === "2012-10-17" };
  for (const name of Object.keys(document)) {
    if (!FIELDS.has(name)) throw refusePolicy(scope, "unknownField", { subject: name });
  }
  checkId(document, kind);
  if (!Object.hasOwn(document, "Statement")) {
    throw refusePolicy(scope, "missingField", { subject: "Statement" });
  }
  const list: unknown = document["Statement"];
  const statements: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (statements.length === 0) throw refusePolicy(scope, "emptyStatement");
  const parsed = statements.map((value, index) =>
    parseStatement(value, { ...scope, where: `Statement[${index}]` }),
  );
  checkSids(parsed, kind);
  return { kind, statements: parsed };
}

const FIELDS: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);

function parseJson(json: string, kind: PolicyKind): JsonObject {
  const scope = { kind, where: "the policy" };
  if (!json.startsWith("{") && kind === "resource") throw refusePolicy(scope, "firstByte");
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw refusePolicy(scope, "json", { because: String(error) });
  }
  if (!isJsonObject(document)) throw refusePolicy(scope, "firstByte", { because: "not an object" });
  const duplicate = findDuplicateName(json);
  if (duplicate !== undefined)
    throw refusePolicy(scope, "syntax", { because: `${duplicate} twice in one object` });
  return document;
}

/** Without one, it is "2008-10-17". */
function parseVersion(document: JsonObject, kind: PolicyKind): "2008-10-17" | "2012-10-17" {
  const version = document["Version"];
  if (version === undefined) return "2008-10-17";
  if (version === "2008-10-17" || version === "2012-10-17") return version;
  throw refusePolicy({ kind, where: "Version" }, "version", { because: JSON.stringify(version) });
}

/** "The id_block is allowed in resource-based policies, but not in identity-based policies." */
function checkId(document: JsonObject, kind: PolicyKind): void {
  if (!Object.hasOwn(document, "Id")) return;
  const isResourceBased = kind === "resource" || kind === "trust";
  if (isResourceBased && typeof document["Id"] === "string") return;
  throw refusePolicy({ kind, where: "Id" }, "syntax", {
    because: isResourceBased ? "no string" : "not allowed",
  });
}

function checkSids(statements: readonly Statement[], kind: PolicyKind): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid !== undefined && sid !== "" && seen.has(sid)) {
      throw refusePolicy({ kind, where: "Sid" }, "duplicateSid", { because: sid });
    }
    if (sid !== undefined) seen.add(sid);
  }
}
