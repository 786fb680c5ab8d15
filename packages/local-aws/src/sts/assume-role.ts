import { type SignedCaller, toSessionArn } from "../identity/caller.ts";
import type { Role } from "../identity/role.ts";
import { parsePolicy, PolicyError } from "../policy/parse-policy.ts";
import { xmlElement, xmlText } from "../s3/xml/write-xml.ts";
import { requireAssumableRole } from "./authorize-assume-role.ts";
import { checkMembers, type MemberConstraint, parseIntegerMember } from "./check-members.ts";
import { credentialsXml } from "./credentials-xml.ts";
import { packedPolicySize } from "./packed-policy-size.ts";
import type { Parameters } from "./query-parameters.ts";
import { parseSessionTags } from "./session-tags.ts";
import type { StsAction } from "./sts-call.ts";
import { notImplemented, StsError, validationError } from "./sts-error.ts";

const NAME_PATTERN = { allowed: /^[\w+=,.@-]*$/, text: "[\\w+=,.@-]*" };

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const CONSTRAINTS: readonly MemberConstraint[] = [
  {
    name: "RoleArn",
    required: true,
    minLength: 20,
    maxLength: 2048,
    pattern: {
      allowed: /^[\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd]+$/,
      text: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+",
    },
  },
  { name: "RoleSessionName", required: true, minLength: 2, maxLength: 64, pattern: NAME_PATTERN },
  {
    name: "Policy",
    minLength: 1,
    maxLength: 2048,
    pattern: { allowed: /^[\t\n\r\x20-\xff]+$/, text: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+" },
  },
  {
    name: "ExternalId",
    minLength: 2,
    maxLength: 1224,
    pattern: { allowed: /^[\w+=,.@:/-]*$/, text: "[\\w+=,.@:\\/-]*" },
  },
  { name: "SourceIdentity", minLength: 2, maxLength: 64, pattern: NAME_PATTERN },
];

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 900;
const MAX_SECONDS = 43_200;
const MAX_CHAINED_SECONDS = 3600;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: StsAction = {
  name: "AssumeRole",
  run(call) {
    const { parameters, caller, identities, now } = call;
    checkMembers(parameters, CONSTRAINTS);
    refuseUnknown(parameters);
    const roleArn = parameters.get("RoleArn") ?? "";
    const sessionName = parameters.get("RoleSessionName") ?? "";
    const askedSeconds = parseIntegerMember(parameters.get("DurationSeconds") ?? String(DEFAULT_SECONDS), {
      name: "DurationSeconds",
      min: MIN_SECONDS,
      max: MAX_SECONDS,
    });
    if (!/^arn:aws:iam::\d{12}:role\/./.test(roleArn)) throw validationError(`${roleArn} is invalid`);
    const sourceIdentity = chooseSourceIdentity(parameters.get("SourceIdentity"), caller);
    const sessionTags = parseSessionTags(parameters, caller);
    const { tags, transitiveTagKeys } = sessionTags;
    const policy = checkPolicy(parameters.get("Policy"));
    const role = requireAssumableRole(call, roleArn, {
      ...sessionTags,
      sessionName,
      externalId: parameters.get("ExternalId"),
      sourceIdentity,
    });
    checkDuration(askedSeconds, { role, caller });
    const isPacked = policy !== undefined || tags.length > 0;
    const packedSize = isPacked ? packedPolicySize(policy, tags) : undefined;
    if (packedSize !== undefined && packedSize > 100) throw tooLarge(packedSize, policy);
    const session = identities.issueSession({
      role: { role, sessionName, sessionPolicy: policy, tags, transitiveTagKeys, sourceIdentity },
      durationSeconds: askedSeconds,
      now,
    });
    return [
      xmlElement("AssumedRoleUser", [
        xmlText("AssumedRoleId", `${role.id}:${sessionName}`),
        xmlText("Arn", toSessionArn(role.name, sessionName)),
      ]),
      credentialsXml(session),
      packedSize === undefined ? undefined : xmlText("PackedPolicySize", packedSize),
      sourceIdentity === undefined ? undefined : xmlText("SourceIdentity", sourceIdentity),
    ];
  },
};

/** Amazon knows them, and would not ignore them. What nobody knows it ignores, and so does this. */
function refuseUnknown(parameters: Parameters): void {
  for (const name of parameters.keys()) {
    if (name.startsWith("PolicyArns.")) throw notImplemented("managed session policies (PolicyArns)");
    if (name.startsWith("ProvidedContexts.")) throw notImplemented("ProvidedContexts");
    if (name === "SerialNumber" || name === "TokenCode") throw notImplemented("multi-factor authentication");
  }
}

/** Once a chain of sessions has one, it stays. */
function chooseSourceIdentity(asked: string | undefined, caller: SignedCaller): string | undefined {
  const inherited = caller.kind === "role-session" ? caller.sourceIdentity : undefined;
  if (inherited === undefined || asked === undefined || asked === inherited) return inherited ?? asked;
  throw validationError("The source identity is already set for this assume role session");
}

/** @throws {StsError} `MalformedPolicyDocument` */
function checkPolicy(policy: string | undefined): string | undefined {
  if (policy === undefined) return undefined;
  try {
    parsePolicy(policy, "session");
    return policy;
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new StsError("MalformedPolicyDocument", { message: cause.message, logNote: cause.detail, cause });
  }
}

function checkDuration(seconds: number, { role, caller }: { role: Role; caller: SignedCaller }): void {
  if (seconds > role.maxSessionDurationSeconds) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (caller.kind === "role-session" && seconds > MAX_CHAINED_SECONDS) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
}

function tooLarge(percent: number, policy: string | undefined): StsError {
  return new StsError("PackedPolicyTooLarge", {
    message:
      policy === undefined
        ? `Packed size of session tags consumes ${percent}% of allotted space.`
        : `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  });
}
