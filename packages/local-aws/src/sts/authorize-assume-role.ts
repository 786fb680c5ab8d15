import { callerArn, type SignedCaller } from "../identity/caller.ts";
import { callerPolicies } from "../identity/caller-policies.ts";
import { globalConditionValues, toRequestContext } from "../identity/condition-values.ts";
import type { Role } from "../identity/role.ts";
import { evaluatePolicies } from "../policy/evaluate-policies.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { RequestContext } from "../policy/policy-document.ts";
import type { SessionTags } from "./session-tags.ts";
import type { StsCall } from "./sts-call.ts";
import { StsError } from "./sts-error.ts";

/** What a caller asks for, beside the role. */
export interface RoleRequest extends SessionTags {
  sessionName: string;
  externalId: string | undefined;
  /** Of the new session: asked for, or passed on by the caller's own. */
  sourceIdentity: string | undefined;
}

/**
 * Ask the trust policy of the role, and the policies of the caller if that is a session itself. A role that is
 * not there is refused like one that does not trust the caller.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_sts.html
 *
 * @returns the role
 * @throws {StsError} `AccessDenied` with the first action that is not allowed
 */
export function requireAssumableRole(call: StsCall, roleArn: string, request: RoleRequest): Role {
  const role = call.identities.roles.get(roleArn);
  if (role === undefined) throw denied(call.caller, "sts:AssumeRole", roleArn, "there is no such role");
  const context = toContext(call, request);
  for (const action of toActions(request)) {
    const decision = evaluatePolicies(
      { action, resource: roleArn, principal: call.caller, context },
      { ...callerPolicies(call.caller, parsePolicy), resource: role.trustPolicy },
    );
    if (decision.allowed) continue;
    const kind = decision.by === "resource" ? "trust" : decision.by;
    const sid = decision.sid === undefined ? "" : ` (statement ${decision.sid})`;
    throw denied(call.caller, action, roleArn, `${decision.reason} by ${kind} policy${sid}`);
  }
  return role;
}

/** In the order in which Amazon names what is missing. */
function toActions({ sourceIdentity, tags }: RoleRequest): string[] {
  return [
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
    ...(tags.length === 0 ? [] : ["sts:TagSession"]),
    "sts:AssumeRole",
  ];
}

function toContext(call: StsCall, request: RoleRequest): RequestContext {
  const { requested, transitiveTagKeys } = request;
  return toRequestContext({
    ...globalConditionValues(call),
    "aws:TagKeys": requested.length === 0 ? undefined : requested.map(({ key }) => key),
    ...Object.fromEntries(requested.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
    "sts:ExternalId": request.externalId,
    "sts:RoleSessionName": request.sessionName,
    "sts:SourceIdentity": request.sourceIdentity,
    "sts:TransitiveTagKeys": transitiveTagKeys.length === 0 ? undefined : transitiveTagKeys,
  });
}

function denied(caller: SignedCaller, action: string, roleArn: string, why: string): StsError {
  const message = `User: ${callerArn(caller)} is not authorized to perform: ${action} on resource: ${roleArn}`;
  return new StsError("AccessDenied", { message, logNote: `${message}: ${why}` });
}
