import { type PolicyDocument, type PolicyKind, parsePolicy } from "../policy/parse-policy.ts";

/** Sessions and buckets that are busy at one time; a policy takes a few kilobytes. */
const MAX_POLICIES = 500;

/** Reading a policy takes longer than a request, and the same few are asked for again and again. */
export function createPolicyCache(): typeof parsePolicy {
  const policies = new Map<string, PolicyDocument>();
  return (json: string, kind: PolicyKind) => {
    const name = `${kind} ${json}`;
    const known = policies.get(name);
    const policy = known ?? parsePolicy(json, kind);
    policies.delete(name); // and to the end, so that the first is the one that was not used for longest
    policies.set(name, policy);
    const [oldest] = policies.keys();
    if (oldest !== undefined && policies.size > MAX_POLICIES) policies.delete(oldest);
    return policy;
  };
}
