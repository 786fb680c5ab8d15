import { isJsonObject, toStrings } from "./json-value.ts";
import { type PolicyFault, type PolicyScope, refusePolicy } from "./policy-error.ts";

/** Who asks. */
export type PolicyPrincipal =
  | { readonly kind: "anonymous" }
  /** One of Amazon's: `cloudfront.amazonaws.com`. */
  | { readonly kind: "service"; readonly service: string }
  /** The root keys of the account. */
  | { readonly kind: "account"; readonly accountId: string }
  | {
      readonly kind: "role-session";
      readonly accountId: string;
      readonly roleArn: string;
      readonly sessionArn: string;
    };

/** `Principal` or, when `negated`, `NotPrincipal`. Identity providers are left out: none calls here. */
export interface Principals {
  readonly negated: boolean;
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/**
 * How a statement names the caller. `direct` is the caller itself: everyone, the session, or the account when it
 * is the account that calls.
 */
export type PrincipalMatch = "direct" | "role" | "account";

/** @returns `undefined` when the statement is not about the caller */
export function matchPrincipals(principals: Principals, caller: PolicyPrincipal): PrincipalMatch | undefined {
  if (principals.negated) return isSpared(principals, caller) ? undefined : "direct";
  if (principals.everyone) return "direct";
  if (caller.kind === "anonymous") return undefined;
  if (caller.kind === "service") return principals.services.has(caller.service) ? "direct" : undefined;
  const namesAccount = principals.accounts.has(caller.accountId);
  if (caller.kind === "account") return namesAccount ? "direct" : undefined;
  if (principals.arns.has(caller.sessionArn)) return "direct";
  if (principals.arns.has(caller.roleArn)) return "role";
  return namesAccount ? "account" : undefined;
}

/**
 * Whether `NotPrincipal` spares the caller of a Deny. "AWS might validate the account first, then the role, and
 * then the assumed-role user", so a session is spared only where all three are listed.
 *
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html,
 * https://aws.amazon.com/blogs/security/how-to-restrict-amazon-s3-bucket-access-to-a-specific-iam-role/
 */
function isSpared({ everyone, accounts, arns, services }: Principals, caller: PolicyPrincipal): boolean {
  if (everyone) return true;
  if (caller.kind === "service") return services.has(caller.service);
  if (caller.kind === "anonymous" || !accounts.has(caller.accountId)) return false;
  return caller.kind === "account" || (arns.has(caller.roleArn) && arns.has(caller.sessionArn));
}

/**
 * Read the value of `Principal` or `NotPrincipal`.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws {PolicyError} also for wildcards in a name: `*` stands for everyone, or for nothing
 */
export function parsePrincipals(
  value: unknown,
  options: { scope: PolicyScope; effect: "Allow" | "Deny"; negated: boolean },
): Principals {
  const { scope, effect, negated } = options;
  const accounts = new Set<string>();
  const arns = new Set<string>();
  const services = new Set<string>();
  let everyone = false;
  if (typeof value === "string") {
    if (scope.kind === "trust") throw refuse(scope, value, "principalObject");
    if (value !== "*") throw refuse(scope, value);
    return { negated, everyone: true, accounts, arns, services };
  }
  if (!isJsonObject(value)) throw refuse(scope, "", "principalObject");
  const entries = Object.entries(value);
  if (entries.length === 0) throw refuse(scope, "");
  for (const [type, listed] of entries) {
    const names = toStrings(listed);
    if (names === undefined || names.length === 0) throw refuse(scope, JSON.stringify(type));
    for (const name of names) {
      if (type === "AWS") {
        const account = ACCOUNT.exec(name);
        if (name === "*") everyone = true;
        else if (account) accounts.add(account[1] ?? account[2] ?? name);
        else if (IDENTITY.test(name)) arns.add(name);
        else throw refuse(scope, `"AWS":${JSON.stringify(name)}`);
      } else if (type === "Service" && SERVICE.test(name)) {
        services.add(name);
      } else if (!isKnownOutsider(type, name, { kind: scope.kind, grants: effect === "Allow" && !negated })) {
        throw refuse(scope, `${JSON.stringify(type)}:${JSON.stringify(name)}`);
      }
    }
  }
  return { negated, everyone, accounts, arns, services };
}

const ACCOUNT = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/;

/** Roles, users (also CloudFront's origin access identities) and sessions; a name may have a path. */
const IDENTITY =
  /^arn:aws:(?:iam::(?:\d{12}|cloudfront):(?:role|user)\/[^*?$]+|sts::\d{12}:(?:assumed-role\/[^*?$/]+|federated-user)\/[^*?$/]+)$/;

const SERVICE = /^[a-z\d-]+(?:\.[a-z\d-]+)*\.amazonaws\.com(?:\.cn)?$/;

/** Principals that are valid and never call: identity providers, canonical users. */
function isKnownOutsider(
  type: string,
  name: string,
  options: { kind: PolicyScope["kind"]; grants: boolean },
): boolean {
  switch (type) {
    case "Federated": // "not supported in policy types other than role trust policies"
      return (
        options.kind === "trust" &&
        /^(?:[a-z\d-]+(?:\.[a-z\d-]+)+|arn:aws:iam::\d{12}:(?:oidc|saml)-provider\/[^*?]+)$/.test(name)
      );
    case "CanonicalUser":
      // This account's own canonical id stands for the account: granting it something changes nothing, denying would.
      return options.kind === "resource" && options.grants && /^[\da-f]{64}$/.test(name);
    default:
      return false;
  }
}

function refuse(scope: PolicyScope, subject: string, fault: PolicyFault = "principal"): Error {
  return refusePolicy(scope, fault, { subject });
}
