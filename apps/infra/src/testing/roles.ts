import { runSimulation } from "@cloud-copilot/iam-simulate"; // under the AGPL: for tests alone
import { ACCOUNT } from "./synthesized.ts";
import type { Resource } from "./resolve-template.ts";

interface PolicyDocument {
  Version: string;
  Statement: Record<string, unknown>[];
}

export interface AskedFor {
  action: string;
  resource: string;
  context?: Record<string, string>;
  sessionPolicy?: object;
}

/** A role of a template, with the policies that are attached to it. */
export function roleIn(resources: readonly Resource[], id: RegExp) {
  const role = only(
    resources.filter((it) => it.type === "AWS::IAM::Role" && id.test(it.id)),
    id,
  );
  const name = role.id.toLowerCase();
  const attached = resources.filter(
    ({ type, properties }) => type === "AWS::IAM::Policy" && (properties["Roles"] as string[]).includes(name),
  );
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    trust: role.properties["AssumeRolePolicyDocument"] as PolicyDocument,
    managed: (role.properties["ManagedPolicyArns"] ?? []) as string[],
    maxSessionSeconds: role.properties["MaxSessionDuration"],
    policies: attached.map(({ properties }) => properties["PolicyDocument"] as PolicyDocument),
  };
}
export type RoleInTemplate = ReturnType<typeof roleIn>;

/** Whether the role may do it, as another evaluator of policies reads them. */
export async function mayDo(
  role: RoleInTemplate,
  { action, resource, context = {}, sessionPolicy }: AskedFor,
  resourcePolicy?: PolicyDocument,
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/").concat("/session"),
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { "aws:SecureTransport": "true", ...context },
      },
      identityPolicies: role.policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      sessionPolicy,
      resourcePolicy,
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

function only<T>(found: T[], what: unknown): T {
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`There are ${found.length} of ${String(what)}.`);
  return first;
}
