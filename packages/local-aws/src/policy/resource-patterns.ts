import { type ArnPattern, matchesArn, splitAtColons, toArnPattern } from "./arn-pattern.ts";
import type { Listed, RequestContext } from "./policy-document.ts";
import { type PolicyScope, refusePolicy } from "./policy-error.ts";
import { parsePolicyText, type PolicyText, type TextPiece } from "./policy-text.ts";

/** `*`, or a pattern of ARNs. */
export type ResourcePattern = "*" | ArnPattern;

/**
 * Whether `Resource` or `NotResource` covers a resource. A pattern with a variable that has no value "will not
 * match any resource", so in `NotResource` it excepts none.
 */
export function coversResource(
  { negated, patterns }: Listed<ResourcePattern>,
  resource: string,
  context: RequestContext,
): boolean {
  const listed = patterns.some((pattern) => pattern === "*" || matchesArn(pattern, resource, context));
  return listed !== negated;
}

/**
 * Read one resource.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws {PolicyError}
 */
export function parseResource(resource: string, scope: PolicyScope): ResourcePattern {
  if (resource === "*") {
    // S3 refuses it, though nothing documents that: https://github.com/noobaa/noobaa-core/issues/10058
    if (scope.kind === "resource") throw refusePolicy(scope, "resource", { subject: resource });
    return "*";
  }
  const text = parsePolicyText(resource, { variables: scope.variables, wildcards: true });
  if ("problem" in text) throw refusePolicy(scope, "resource", { because: text.problem, subject: resource });
  checkHead(resource, splitAtColons(text), scope);
  const pattern = toArnPattern(complete(resource, text, scope));
  if (pattern === undefined) throw refusePolicy(scope, "resource", { subject: resource });
  return pattern;
}

function checkHead(resource: string, components: readonly TextPiece[][], scope: PolicyScope): void {
  const [arn, partition, service, region, account] = components.map(literalOf);
  const subject = resource;
  if (arn !== "arn" || partition === undefined) throw refusePolicy(scope, "resourceArn", { subject });
  if (scope.kind === "resource") {
    // A bucket policy names its bucket and objects in it, and nothing else.
    const isBucketOrObject = /^arn:aws:s3:::[^/]/.test(resource);
    if (!isBucketOrObject) throw refusePolicy(scope, "resource", { subject });
    return;
  }
  if (!PARTITIONS.has(partition)) {
    const named = `${JSON.stringify(partition)} is not valid for resource ${JSON.stringify(resource)}`;
    throw refusePolicy(scope, "resourcePartition", { subject: named });
  }
  if (service === undefined || !/^[a-z\d-]+$/.test(service)) {
    throw refusePolicy(scope, "resourceVendor", { because: `the service of ${resource} is no plain name` });
  }
  const hasVariable = components
    .slice(0, 5)
    .some((component) => component.some((piece) => typeof piece === "object" && "key" in piece));
  if (hasVariable)
    throw refusePolicy(scope, "resource", { because: "a variable before the fifth colon", subject });
  if (service === "s3" && region !== "" && region !== "*" && account === "") {
    throw refusePolicy(scope, "resourceRegion", { subject });
  }
}

/** @returns the text with its wildcards as written; `undefined` with a variable */
function literalOf(component: readonly TextPiece[]): string | undefined {
  let literal = "";
  for (const piece of component) {
    if (typeof piece === "object" && "key" in piece) return undefined;
    literal += typeof piece === "string" ? piece : piece.wildcard;
  }
  return literal;
}

/**
 * "When you specify an incomplete ARN (one with fewer than the standard six fields) in an identity-based policy,
 * AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields." Session policies
 * do not support that.
 *
 * One with five fields is refused: `arn:aws:s3::bucket` is a typing error, and IAM refuses it as well.
 */
function complete(resource: string, text: PolicyText, scope: PolicyScope): PolicyText {
  const fields = splitAtColons(text).length;
  if (fields >= 6) return text;
  if (scope.kind !== "identity" || fields === 5) {
    throw refusePolicy(scope, "resource", { because: "an incomplete ARN", subject: resource });
  }
  const missing = Array.from({ length: 6 - fields }, () => [":", { wildcard: "*" } as const]);
  return [...text, ...missing.flat()];
}

const PARTITIONS: ReadonlySet<string> = new Set(["aws", "aws-cn", "aws-us-gov", "*"]);
