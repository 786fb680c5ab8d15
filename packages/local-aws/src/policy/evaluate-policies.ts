import { coversAction } from "./action-patterns.ts";
import type { PolicyDocument, RequestContext, Statement } from "./policy-document.ts";
import { matchPrincipals, type PolicyPrincipal, type PrincipalMatch } from "./principals.ts";
import { coversResource } from "./resource-patterns.ts";

export type { PolicyPrincipal } from "./principals.ts";

export interface AccessRequest {
  readonly action: string; // "s3:GetObject"
  /** "arn:aws:s3:::bucket/key"; the role's ARN for sts:AssumeRole; "*" for what has no resource. */
  readonly resource: string;
  /** Who asks, with the ARNs by which a `Principal` may name the caller. */
  readonly principal: PolicyPrincipal;
  /** The condition keys of the request, in lower case (`s3:existingobjecttag/team`), each with its values. */
  readonly context: RequestContext;
}

export interface Policies {
  /** Permissions policies of the role. Ignored for callers other than a session. */
  readonly identity: readonly PolicyDocument[];
  /** Session policies given to AssumeRole: one of them has to allow. `undefined` without any: they do not limit then. */
  readonly session: readonly PolicyDocument[] | undefined;
  /** The bucket's policy, or the trust policy of the role that is to be assumed. */
  readonly resource: PolicyDocument | undefined;
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: "explicit-deny" | "implicit-deny";
      /** Which kind of policy decided, for the log. */
      readonly by: "identity" | "session" | "resource";
      /** Of the statement that denies, if it has one. */
      readonly sid?: string;
    };

/**
 * Decide on a request within one account.
 *
 * - A Deny anywhere that applies wins.
 * - A bucket policy that allows the caller itself (its session, or everyone) is enough, whatever session and
 *   identity policies leave out.
 * - One that allows the role is enough as well, within the session policies.
 * - One that names the account grants a session nothing: it leaves the decision to the identity policies, as a
 *   bucket does anyway. A role does not, so its trust policy has to name the account, or the caller.
 * - Identity policies grant within the session policies.
 * - The account itself may do everything that no bucket policy denies, an anonymous caller what one allows
 *   everyone, and a service of Amazon's what one allows the service.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function evaluatePolicies(request: AccessRequest, policies: Policies): Decision {
  const { principal } = request;
  const facts = { ...request, action: request.action.toLowerCase() };
  const isSession = principal.kind === "role-session";
  const identity = isSession ? policies.identity : [];
  const session = isSession ? policies.session : undefined;
  const resource = policies.resource === undefined ? [] : [policies.resource];

  const denied =
    findDeny(facts, resource, "resource") ??
    findDeny(facts, identity, "identity") ??
    findDeny(facts, session ?? [], "session");
  if (denied !== undefined) return denied;

  const grant = strongestGrant(facts, policies.resource);
  if (grant === "direct") return { allowed: true };
  const isTrust = policies.resource?.kind === "trust";
  if (principal.kind === "anonymous" || principal.kind === "service") return implicitDeny("resource");
  if (principal.kind === "account") return isTrust ? implicitDeny("resource") : { allowed: true };
  // "IAM role trust policies ... must explicitly allow access for principals."
  if (isTrust && grant === undefined) return implicitDeny("resource");
  if (grant !== "role" && !allows(facts, identity)) return implicitDeny("identity");
  if (session !== undefined && !allows(facts, session)) return implicitDeny("session");
  return { allowed: true };
}

function findDeny(
  request: AccessRequest,
  policies: readonly PolicyDocument[],
  by: "identity" | "session" | "resource",
): Decision | undefined {
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (statement.effect === "Deny" && applies(statement, request) !== undefined) {
        const { sid } = statement;
        return { allowed: false, reason: "explicit-deny", by, ...(sid !== undefined && { sid }) };
      }
    }
  }
  return undefined;
}

function implicitDeny(by: "identity" | "session" | "resource"): Decision {
  return { allowed: false, reason: "implicit-deny", by };
}

function allows(request: AccessRequest, policies: readonly PolicyDocument[]): boolean {
  return policies.some(({ statements }) =>
    statements.some((statement) => statement.effect === "Allow" && applies(statement, request) !== undefined),
  );
}

function strongestGrant(
  request: AccessRequest,
  policy: PolicyDocument | undefined,
): PrincipalMatch | undefined {
  const grants = new Set(
    policy?.statements
      .filter(({ effect }) => effect === "Allow")
      .map((statement) => applies(statement, request)),
  );
  return (["direct", "role", "account"] as const).find((grant) => grants.has(grant));
}

/** @returns how the statement names the caller; `undefined` when it does not apply to the request */
function applies(statement: Statement, request: AccessRequest): PrincipalMatch | undefined {
  const { principals, actions, resources, conditions } = statement;
  // A statement without Principal is about whoever it is attached to.
  const match = principals === undefined ? "direct" : matchPrincipals(principals, request.principal);
  if (match === undefined || !coversAction(actions, request.action)) return undefined;
  const isCovered = resources === undefined || coversResource(resources, request.resource, request.context);
  if (!isCovered) return undefined;
  return conditions.every(({ holds }) => holds(request.context)) ? match : undefined;
}
