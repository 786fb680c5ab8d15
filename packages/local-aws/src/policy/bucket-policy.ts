import type { ActionPattern } from "./action-patterns.ts";
import type { Listed, PolicyDocument, Statement } from "./policy-document.ts";
import { type PolicyScope, refusePolicy } from "./policy-error.ts";
import { matchesGlob, type TextPiece, type Wildcard } from "./policy-text.ts";
import type { ResourcePattern } from "./resource-patterns.ts";
import { findS3Actions, type S3ActionLevel } from "./s3-actions.ts";

/**
 * Check that a bucket policy is about its bucket alone. PutBucketPolicy has to, since the document itself does
 * not say which bucket it is for.
 *
 * @throws {PolicyError} `Policy has invalid resource`, as S3 says; also for a variable in the bucket's name
 */
export function checkBucketResources(policy: PolicyDocument, bucket: string): void {
  for (const [index, statement] of policy.statements.entries()) {
    for (const pattern of statement.resources?.patterns ?? []) {
      const name = pattern === "*" ? undefined : bucketOf(pattern[5]);
      if (name === undefined || !matchesGlob(name, bucket)) {
        const because = `a resource is not in the bucket ${bucket}`;
        throw refusePolicy({ kind: policy.kind, where: `Statement[${index}].Resource` }, "resource", {
          because,
        });
      }
    }
  }
}

/** @returns the pieces before the first slash, or `undefined` when there is a variable among them */
function bucketOf(resource: readonly TextPiece[]): (string | Wildcard)[] | undefined {
  const name: (string | Wildcard)[] = [];
  for (const piece of resource) {
    if (typeof piece === "object" && "key" in piece) return undefined;
    const slash = typeof piece === "string" ? piece.indexOf("/") : -1;
    if (typeof piece === "string" && slash !== -1) {
      return slash === 0 ? name : [...name, piece.slice(0, slash)];
    }
    name.push(piece);
  }
  return name;
}

/**
 * The checks that S3 makes beyond IAM's: every action applies to some resource of the statement, and every key of
 * S3 in a condition applies to every action. Without them, a statement could be stored that never takes effect.
 *
 * @throws {PolicyError}
 */
export function checkBucketStatement(
  statement: Pick<Statement, "conditions"> & {
    actions: Listed<ActionPattern>;
    resources: Listed<ResourcePattern>;
  },
  scope: PolicyScope,
): void {
  const { actions, resources, conditions } = statement;
  if (actions.negated) return; // what is left over after NotAction applies to anything
  const levels = new Set(resources.negated ? BOTH : resources.patterns.flatMap(levelsOf));
  for (const pattern of actions.patterns) {
    const applicable = findS3Actions((name) => matchesGlob(pattern, `s3:${name}`)).filter(({ level }) =>
      levels.has(level),
    );
    if (applicable.length === 0) throw refusePolicy(scope, "actionWithoutResource");
    for (const { key } of conditions) {
      const { s3Actions } = key;
      if (s3Actions !== undefined && !applicable.some(({ name }) => s3Actions.includes(name))) {
        throw refusePolicy(scope, "conditionWithoutAction", {
          because: `${key.name} is not for all actions`,
        });
      }
    }
  }
}

const BOTH: readonly S3ActionLevel[] = ["bucket", "object"];

/** What a pattern can match: a bucket's ARN has no slash, and a wildcard before the first one may stand for it. */
function levelsOf(pattern: ResourcePattern): readonly S3ActionLevel[] {
  if (pattern === "*") return BOTH;
  const [first, ...rest] = pattern[5];
  if (typeof first !== "string") return BOTH;
  if (first.includes("/")) return ["object"];
  return rest.length === 0 ? ["bucket"] : BOTH;
}
