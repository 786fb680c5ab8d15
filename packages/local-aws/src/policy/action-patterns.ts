import type { Listed } from "./policy-document.ts";
import { type PolicyFault, type PolicyScope, refusePolicy } from "./policy-error.ts";
import { matchesGlob, type ResolvedText, type Wildcard } from "./policy-text.ts";
import { findS3Actions } from "./s3-actions.ts";

/** A pattern of actions in lower case: `s3:get*`, or `*`. */
export type ActionPattern = ResolvedText;

/** @param action - in lower case */
export function coversAction({ negated, patterns }: Listed<ActionPattern>, action: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, action)) !== negated;
}

/**
 * Read one action. "The prefix and the action name are case insensitive."
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 *
 * @throws {PolicyError} also, in bucket policies, for a pattern that no action of S3 matches (IAM takes any name)
 */
export function parseAction(action: string, scope: PolicyScope): ActionPattern {
  const refuse = (fault: PolicyFault, subject = action) => refusePolicy(scope, fault, { subject });
  const pattern = toPattern(action.toLowerCase());
  if (action === "*") {
    if (scope.kind === "trust") throw refuse("action");
    return pattern;
  }
  const [vendor = "", name, ...more] = action.split(":");
  if (name === undefined) throw refuse("actionVendor");
  if (more.length > 0) throw refuse("actionColons");
  if (!/^[A-Za-z\d.-]+$/.test(vendor)) throw refuse("actionVendorName", vendor);
  if (!/^[A-Za-z\d*?-]+$/.test(name)) throw refuse("action");
  const matches = (candidate: string) => matchesGlob(pattern, candidate);
  if (scope.kind === "resource" && findS3Actions((known) => matches(`s3:${known}`)).length === 0) {
    throw refuse("action");
  }
  const isForTrust = TRUST_ACTIONS.some(matches) && !OTHER_STS_ACTIONS.some(matches);
  if (scope.kind === "trust" && !isForTrust) throw refuse("action");
  return pattern;
}

function toPattern(text: string): ActionPattern {
  const pieces: (string | Wildcard)[] = [];
  for (const piece of text.split(/([*?])/)) {
    if (piece === "*" || piece === "?") pieces.push({ wildcard: piece });
    else if (piece !== "") pieces.push(piece);
  }
  return pieces;
}

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_sts.html */
const TRUST_ACTIONS = [
  "sts:assumerole",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:setcontext",
  "sts:setsourceidentity",
  "sts:tagsession",
];
const OTHER_STS_ACTIONS = [
  "sts:assumeroot",
  "sts:decodeauthorizationmessage",
  "sts:getaccesskeyinfo",
  "sts:getcalleridentity",
  "sts:getdelegatedaccesstoken",
  "sts:getfederationtoken",
  "sts:getservicebearertoken",
  "sts:getsessiontoken",
  "sts:getwebidentitytoken",
  "sts:taggetwebidentitytoken",
];
