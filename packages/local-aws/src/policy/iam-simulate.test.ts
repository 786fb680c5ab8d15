import { runSimulation } from "@cloud-copilot/iam-simulate"; // under the AGPL: for tests alone
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluatePolicies } from "./evaluate-policies.ts";
import { parsePolicy, PolicyError, type PolicyKind } from "./parse-policy.ts";
import {
  type AccessCase,
  assumeRoleCases,
  conditionCases,
  CALLER,
  type JsonPolicy,
  type JsonStatement,
  s3Cases,
} from "./testing/access-case.ts";
import { ACCOUNT, ROOT, SESSION } from "./testing/names.ts";

// `POLICY_RUNS=20000 npx vitest run src/policy --testTimeout=600000` looks further.
const NUM_RUNS = Number(process.env["POLICY_RUNS"] ?? 300);

describe("against another evaluator", () => {
  it.each([
    ["calls of S3", s3Cases],
    ["conditions", conditionCases],
    ["AssumeRole", assumeRoleCases],
  ])("%s are decided alike", async (_, cases) => {
    await fc.assert(
      fc.asyncProperty(cases.filter(fitsTogether), async (accessCase) => {
        expect(decide(accessCase)).toBe(await decideByOther(accessCase));
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

type Outcome = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

function decide(accessCase: AccessCase): Outcome {
  const { caller, action, resource, context, identity, session, resourcePolicy } = accessCase;
  const parse = (kind: PolicyKind) => (policy: JsonPolicy) => parsePolicy(JSON.stringify(policy), kind);
  const decision = evaluatePolicies(
    {
      action,
      resource,
      principal:
        caller === "role-session"
          ? CALLER
          : caller === "account"
            ? { kind: caller, accountId: ACCOUNT }
            : { kind: caller },
      context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()])),
    },
    {
      identity: identity.map(parse("identity")),
      session: session?.map(parse("session")),
      resource: resourcePolicy && parse(kindOfResource(accessCase))(resourcePolicy),
    },
  );
  if (decision.allowed) return "Allowed";
  return decision.reason === "explicit-deny" ? "ExplicitlyDenied" : "ImplicitlyDenied";
}

function kindOfResource({ action }: AccessCase): "resource" | "trust" {
  return action.startsWith("sts:") ? "trust" : "resource";
}

/** S3 refuses statements whose actions, resources and conditions do not go together; that is no matter of decisions. */
function fitsTogether(accessCase: AccessCase): boolean {
  try {
    decide(accessCase);
    return true;
  } catch (error) {
    if (error instanceof PolicyError && /do(?:es)? not apply/.test(error.message)) return false;
    throw error;
  }
}

async function decideByOther(accessCase: AccessCase): Promise<Outcome> {
  const { caller, session, resourcePolicy } = accessCase;
  if (caller === "anonymous") {
    return simulate({ ...accessCase, principal: { type: "Anonymous" }, identity: [], session: undefined });
  }
  if (caller === "account") {
    // It takes the account for a caller like any other; AWS lets root keys do what no resource policy denies.
    const everything = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
    return simulate({ ...accessCase, principal: ROOT, identity: [everything], session: undefined });
  }
  const outcome = await simulate({ ...accessCase, principal: SESSION });
  if (outcome !== "ImplicitlyDenied" || session === undefined || resourcePolicy === undefined) return outcome;
  // It lets a session policy limit what is granted to the session itself, which AWS says it does not. So ask
  // again whether the resource's policy alone does grant it.
  const direct = resourcePolicy.Statement.filter(
    (statement) => statement["Effect"] === "Deny" || namesSession(statement),
  );
  return simulate({
    ...accessCase,
    principal: SESSION,
    identity: [],
    session: undefined,
    resourcePolicy: { ...resourcePolicy, Statement: direct },
  });
}

function namesSession(statement: JsonStatement): boolean {
  const text = JSON.stringify(statement["Principal"]);
  return text.includes('"*"') || text.includes(`"${SESSION}"`);
}

async function simulate(
  options: Omit<AccessCase, "caller"> & { principal: string | { type: "Anonymous" } },
): Promise<Outcome> {
  const { principal, action, resource, context, identity, session, resourcePolicy } = options;
  // It knows one session policy: several together allow what one of them does, and deny what one of them does.
  const sessionPolicy = session && {
    Version: "2012-10-17",
    Statement: session.flatMap(({ Statement }) => Statement),
  };
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: Object.fromEntries(
          Object.entries(context).map(([key, value]) => [
            key,
            typeof value === "string" ? value : [...value],
          ]),
        ),
      },
      identityPolicies: identity.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      sessionPolicy,
      resourcePolicy,
    },
    {},
  );
  if (result.resultType !== "single") throw new Error(JSON.stringify(result));
  expect(result.result.ignoredContextKeys).toEqual([]);
  return result.overallResult;
}
