import type { RequestContext } from "../policy/policy-document.ts";
import { toErrorTime } from "../s3/sigv4/amz-date.ts";
import { ACCOUNT_ID } from "./account.ts";
import { type Caller, callerArn, callerUserId } from "./caller.ts";

/** Values of condition keys, under Amazon's names. `undefined` where a request has none: not an empty one. */
export type ConditionValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** As policies look them up: names in lower case, each with a list. */
export function toRequestContext(values: ConditionValues): RequestContext {
  const context = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) context.set(name.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return context;
}

/**
 * The global keys, which every service has.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalConditionValues(request: {
  caller: Caller;
  headers: ReadonlyMap<string, string>;
  sourceIp: string | undefined;
  region: string;
  now: Date;
}): ConditionValues {
  const { headers, sourceIp, region, now } = request;
  return {
    "aws:CurrentTime": toErrorTime(now),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    "aws:PrincipalIsAWSService": "false",
    "aws:Referer": headers.get("referer"),
    "aws:RequestedRegion": region,
    "aws:ResourceAccount": ACCOUNT_ID,
    "aws:SecureTransport": "false", // there is no TLS here
    "aws:SourceIp": sourceIp,
    "aws:UserAgent": headers.get("user-agent"),
    "aws:ViaAWSService": "false",
    ...callerValues(request.caller),
  };
}

function callerValues(caller: Caller): ConditionValues {
  const userId = callerUserId(caller);
  if (caller.kind === "anonymous") return { "aws:PrincipalType": "Anonymous", "aws:userid": userId };
  if (caller.kind === "service") {
    return {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": caller.service,
      "aws:PrincipalServiceNamesList": [caller.service],
      "aws:SourceAccount": caller.accountId,
      "aws:SourceArn": caller.sourceArn,
      "aws:SourceIp": undefined, // the service's own, which tells nothing of its viewers
    };
  }
  const { session } = caller;
  const signed = {
    "aws:userid": userId,
    "aws:PrincipalAccount": caller.accountId,
    "aws:TokenIssueTime": session === undefined ? undefined : toErrorTime(session.issuedAt),
    "aws:MultiFactorAuthPresent": session === undefined ? undefined : "false", // keys that last do not have it
  };
  if (caller.kind === "account") {
    return { ...signed, "aws:PrincipalType": "Account", "aws:PrincipalArn": callerArn(caller) };
  }
  return {
    ...signed,
    "aws:PrincipalType": "AssumedRole",
    "aws:PrincipalArn": caller.roleArn, // of the role, not of its session
    "aws:SourceIdentity": caller.sourceIdentity,
    ...Object.fromEntries(caller.tags.map(({ key, value }) => [`aws:PrincipalTag/${key}`, value])),
  };
}
