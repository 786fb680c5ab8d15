import type { Decision } from "../policy/evaluate-policies.ts";

/**
 * Why something is not allowed, as Amazon's messages go on behind what was asked for.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function explainDenial({ reason, by }: Decision & { allowed: false }, action: string): string {
  const [article, kind] = KINDS[by];
  return reason === "explicit-deny"
    ? `with an explicit deny in ${article} ${kind} policy`
    : `because no ${kind} policy allows the ${action} action`;
}

const KINDS = {
  identity: ["an", "identity-based"],
  session: ["a", "session"],
  resource: ["a", "resource-based"],
} as const;
