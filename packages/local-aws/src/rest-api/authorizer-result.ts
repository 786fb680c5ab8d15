import * as z from "zod/mini";
import { ACCOUNT_ID } from "../identity/account.ts";
import { evaluatePolicies } from "../policy/evaluate-policies.ts";
import { type PolicyDocument, parsePolicy } from "../policy/parse-policy.ts";
import { GatewayError } from "./gateway-error.ts";

/** What an authorizer decided: for one method or, where it is cached, for several. */
export interface Verdict {
  readonly policy: PolicyDocument;
  readonly context: ReadonlyMap<string, string>;
}

/** "You cannot set a JSON object or array as a valid value of any key in the context map." */
const AuthorizerResult = z.strictObject({
  principalId: z.string(),
  policyDocument: z.record(z.string(), z.unknown()),
  context: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  usageIdentifierKey: z.optional(z.string()),
});

/**
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 *
 * @throws {GatewayError} for a result that the gateway cannot use
 */
export function readVerdict(result: unknown): Verdict {
  try {
    const { principalId, policyDocument, context = {} } = AuthorizerResult.parse(result);
    const values = Object.entries(context).map(([name, value]) => [name, String(value)] as const);
    return {
      policy: parsePolicy(JSON.stringify(policyDocument), "identity"),
      context: new Map([...values, ["principalId", principalId]]),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", `the authorizer's result: ${why}`, { cause });
  }
}

/** @throws {GatewayError} when the policy does not allow to invoke the method */
export function requireAllowed({ policy, context }: Verdict, methodArn: string): void {
  const decision = evaluatePolicies(
    { action: "execute-api:Invoke", resource: methodArn, principal: CALLER, context: new Map() },
    { identity: [policy], session: undefined, resource: undefined },
  );
  if (decision.allowed) return;
  const suffix = decision.reason === "explicit-deny" ? " with an explicit deny" : "";
  throw new GatewayError("ACCESS_DENIED", `the authorizer's policy: ${decision.reason}`, {
    message: `User is not authorized to access this resource${suffix}`,
    context,
  });
}

/** Whom the policy is about; it has no Principal, so that any will do. */
const CALLER = {
  kind: "role-session",
  accountId: ACCOUNT_ID,
  roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/authorized`,
  sessionArn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/authorized/caller`,
} as const;
