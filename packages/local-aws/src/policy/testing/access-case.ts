import fc from "fast-check";
import type { PolicyKind } from "../parse-policy.ts";
import { arbitraryConditions } from "./arbitrary-conditions.ts";
import { arbitraryStatement } from "./arbitrary-statement.ts";
import { ACCOUNT, OTHER_ROLE, ROLE, SESSION, TARGET_ROLE } from "./names.ts";

/** A request and the policies that decide on it, as plain JSON: two evaluators can read it. */
export interface AccessCase {
  readonly caller: "anonymous" | "account" | "role-session";
  readonly action: string;
  readonly resource: string;
  /** Keys in AWS's case; a list only where the key can have many values. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: readonly JsonPolicy[];
  readonly session: readonly JsonPolicy[] | undefined;
  readonly resourcePolicy: JsonPolicy | undefined;
}

export interface JsonPolicy {
  readonly Version: string;
  readonly Statement: readonly JsonStatement[];
}

export type JsonStatement = Readonly<Record<string, unknown>>;

type Values = fc.Arbitrary<string> | fc.Arbitrary<readonly string[]>;

const KEYS = ["a", "a/b", "home/ann/x", "home/a/x", "a:b:c", "ann", "home/A/y", "x?y", "$", "{a}"];
const OBJECTS = KEYS.map((key) => `arn:aws:s3:::bucket/${key}`);

const S3_CALLS: {
  action: string;
  resources: string[];
  contextKeys: Record<string, Values>;
}[] = [
  {
    action: "s3:GetObject",
    resources: OBJECTS,
    contextKeys: {
      "s3:ExistingObjectTag/team": fc.constantFrom("a", "ann", "home"),
      "s3:signatureAge": fc.constantFrom("0", "500", "1000.5"),
    },
  },
  {
    action: "s3:PutObject",
    resources: OBJECTS,
    contextKeys: {
      "s3:x-amz-acl": fc.constantFrom("private", "public-read"),
      "s3:RequestObjectTagKeys": fc.uniqueArray(fc.constantFrom("a", "b", "team"), {
        minLength: 1,
        maxLength: 3,
      }),
    },
  },
  {
    action: "s3:ListBucket",
    resources: ["arn:aws:s3:::bucket", "arn:aws:s3:::other"],
    contextKeys: {
      "s3:prefix": fc.constantFrom("", "a", "home/ann/", "home/"),
      "s3:max-keys": fc.constantFrom("1", "10", "1000"),
    },
  },
];

/** Calls of S3, with bucket policies. */
export const s3Cases: fc.Arbitrary<AccessCase> = fc.constantFrom(...S3_CALLS).chain((call) =>
  fc.record({
    caller: fc.constantFrom("role-session", "role-session", "role-session", "account", "anonymous"),
    action: fc.constant(call.action),
    resource: fc.constantFrom(...call.resources),
    context: contexts(call.contextKeys),
    identity: fc.array(policies("identity"), { maxLength: 2 }),
    session: fc.option(fc.array(policies("session"), { minLength: 1, maxLength: 2 }), { nil: undefined }),
    resourcePolicy: fc.option(policies("resource"), { nil: undefined, freq: 3 }),
  }),
);

/** Calls of S3 that one statement allows, if its conditions hold. */
export const conditionCases: fc.Arbitrary<AccessCase> = fc.constantFrom(...S3_CALLS).chain((call) =>
  fc.record({
    caller: fc.constant("role-session"),
    action: fc.constant(call.action),
    resource: fc.constantFrom(...call.resources),
    context: contexts(call.contextKeys),
    identity: arbitraryConditions("identity").map((conditions) => [
      {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*", Condition: conditions }],
      },
    ]),
    session: fc.constant(undefined),
    resourcePolicy: fc.constant(undefined),
  }),
);

/** AssumeRole, with trust policies. */
export const assumeRoleCases: fc.Arbitrary<AccessCase> = fc.record({
  caller: fc.constantFrom("role-session", "role-session", "account"),
  action: fc.constant("sts:AssumeRole"),
  resource: fc.constant(TARGET_ROLE),
  context: contexts({
    "sts:ExternalId": fc.constantFrom("a", "b"),
    "sts:RoleSessionName": fc.constantFrom("ann", "a"),
  }),
  identity: fc.array(policies("identity"), { maxLength: 2 }),
  session: fc.option(fc.array(policies("session"), { minLength: 1, maxLength: 2 }), { nil: undefined }),
  resourcePolicy: policies("trust"),
});

function policies(kind: PolicyKind): fc.Arbitrary<JsonPolicy> {
  return fc.record({
    Version: fc.constant("2012-10-17"),
    Statement: fc.array(arbitraryStatement(kind), { minLength: 1, maxLength: 3 }),
  });
}

function contexts(keys: Readonly<Record<string, Values>>): fc.Arbitrary<AccessCase["context"]> {
  return fc
    .tuple(
      fc.record(
        {
          "aws:SourceIp": fc.constantFrom("10.0.0.1", "192.0.2.7", "2001:db8::7"),
          "aws:SecureTransport": fc.constantFrom("true", "false"),
          "aws:CurrentTime": fc.constantFrom("2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"),
          "aws:EpochTime": fc.constantFrom("1767225600", "1780315200"),
          "aws:PrincipalTag/team": fc.constantFrom("a", "ann", "home", "A", "*", "a.b"),
          "aws:PrincipalArn": fc.constantFrom(ROLE, OTHER_ROLE),
          "aws:SourceIdentity": fc.constantFrom("ann", "a", "Ann"),
          "aws:CalledVia": fc.uniqueArray(fc.constantFrom("a", "b", "ann"), { minLength: 1, maxLength: 3 }),
          ...keys,
        },
        { requiredKeys: [] },
      ),
      fc.constant({ "aws:userid": "ann", "aws:PrincipalAccount": ACCOUNT }), // variables that always have a value
    )
    .map(([some, always]) => ({ ...some, ...always }));
}

/** What the session of a case is called. */
export const CALLER = {
  kind: "role-session",
  accountId: ACCOUNT,
  roleArn: ROLE,
  sessionArn: SESSION,
} as const;
