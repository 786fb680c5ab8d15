import type { PolicyKind } from "./policy-document.ts";

/** A policy that AWS refuses, or that says something this evaluator does not know. */
export class PolicyError extends Error {
  /** Where and what, for the log: AWS's own message, which is `message`, says neither. */
  readonly detail: string;

  constructor(message: string, detail: string) {
    super(message);
    this.name = "PolicyError";
    this.detail = detail;
  }
}

/** What the parsers of a policy's parts need to know of the whole. */
export interface PolicyScope {
  readonly kind: PolicyKind;
  /** Whether `${...}` is a variable, as it is since version 2012-10-17. */
  readonly variables: boolean;
  /** Where in the document: `Statement[0].Condition`. */
  readonly where: string;
}

export type PolicyFault = keyof typeof FAULTS;

/**
 * @param options.subject - what takes the place of `%` in AWS's message
 * @param options.because - for the detail, where the fault's name does not say it all
 */
export function refusePolicy(
  scope: Pick<PolicyScope, "kind" | "where">,
  fault: PolicyFault,
  options: { subject?: string; because?: string } = {},
): PolicyError {
  const { subject = "", because = fault } = options;
  const message = FAULTS[fault][scope.kind].replace("%", () => subject);
  const detail = `${scope.where}: ${because}${subject === "" ? "" : ` (${subject})`}`;
  return new PolicyError(message, detail.replaceAll(/\p{Cc}+/gu, " ")); // the log has one line for it
}

const SYNTAX = "Syntax errors in policy.";
const LEGACY = "The policy failed legacy parsing";

/**
 * AWS's messages. IAM words them in one way (identity policies, and by inference session policies), S3 in
 * another; role trust policies go with S3. AWS documents none of them: they are known from answers of its that
 * others have published, in bug reports and in tests of other servers. What IAM calls "legacy parsing" stands
 * here for whatever has no message that is known.
 */
const FAULTS = {
  json: {
    identity: SYNTAX,
    session: "The policy is not in the valid JSON format.",
    resource: "This policy contains invalid Json",
    trust: "This policy contains invalid Json",
  },
  firstByte: both(SYNTAX, "Policies must be valid JSON and the first byte must be '{'"),
  syntax: both(SYNTAX, "Invalid policy syntax."),
  version: both(SYNTAX, "The policy must contain a valid version string"),
  unknownField: both(SYNTAX, "Unknown field %"),
  missingField: both(SYNTAX, "Missing required field %"),
  emptyStatement: both(SYNTAX, "Could not parse the policy: Statement is empty!"),
  effect: both(SYNTAX, "Invalid effect: %"),
  sid: both(
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    "Invalid policy syntax.",
  ),
  duplicateSid: both(
    "Statement IDs (SID) in a single policy must be unique.",
    "The Statement Ids in the policy are not unique",
  ),

  principalProhibited: both("Policy document should not specify a principal.", "Invalid principal in policy"),
  principal: {
    ...both(SYNTAX, "Invalid principal in policy"),
    trust: "Invalid principal in policy: %",
  },
  principalObject: {
    ...both(SYNTAX, "Invalid principal in policy"),
    trust: "Principal must be a JSON object.",
  },
  allowNotPrincipal: both(SYNTAX, "Allow with NotPrincipal is not allowed."),
  trustNotPrincipal: both(SYNTAX, "AssumeRole policy must not contain NotPrincipal field."),

  missingAction: both("Policy statement must contain actions.", "Missing required field Action"),
  actionVendor: action("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
  actionColons: action("Actions/Condition can contain only one colon."),
  actionVendorName: action("Vendor % is not valid"),
  action: action(LEGACY),

  missingResource: both("Policy statement must contain resources.", "Missing required field Resource"),
  resourceArn: resource('Resource % must be in ARN format or "*".'),
  resourcePartition: resource("Partition %."),
  resourceVendor: resource("Resource vendor must be fully qualified and cannot contain regexes."),
  resourceRegion: resource("Resource % can not contain region information."),
  resource: resource(LEGACY),
  trustResource: both(SYNTAX, "Has prohibited field Resource"),
  actionWithoutResource: both(LEGACY, "Action does not apply to any resource(s) in statement"),

  conditionType: both(SYNTAX, "Invalid Condition type : %"),
  conditionKey: both("Policy has an invalid condition key", "Policy has an invalid condition key"),
  conditionIp: both(LEGACY, "Invalid IP address in Conditions"),
  conditionValue: both(LEGACY, "Invalid value in Conditions for operator %"),
  conditionWithoutAction: both(
    LEGACY,
    "Conditions do not apply to combination of actions and resources in statement",
  ),
} as const satisfies Record<string, Readonly<Record<PolicyKind, string>>>;

function both(iam: string, others: string): Record<PolicyKind, string> {
  return { identity: iam, session: iam, resource: others, trust: others };
}

function action(iam: string): Record<PolicyKind, string> {
  const trust = "AssumeRole policy may only specify STS AssumeRole actions.";
  return { identity: iam, session: iam, resource: "Policy has invalid action", trust };
}

function resource(iam: string): Record<PolicyKind, string> {
  return both(iam, "Policy has invalid resource");
}
