import type { Policies } from "../policy/evaluate-policies.ts";
import type { parsePolicy } from "../policy/parse-policy.ts";
import type { Caller } from "./caller.ts";

/**
 * The policies that a caller brings along.
 *
 * @param readPolicy - `parsePolicy`, or one that remembers what it read
 */
export function callerPolicies(
  caller: Caller,
  readPolicy: typeof parsePolicy,
): Pick<Policies, "identity" | "session"> {
  if (caller.kind !== "role-session") return { identity: [], session: undefined };
  const { role, sessionPolicy } = caller;
  return {
    identity: role.policies,
    session: sessionPolicy === undefined ? undefined : [readPolicy(sessionPolicy, "session")],
  };
}
