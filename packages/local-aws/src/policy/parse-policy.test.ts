import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluatePolicies } from "./evaluate-policies.ts";
import { parsePolicy, PolicyError, type PolicyKind } from "./parse-policy.ts";
import { CALLER } from "./testing/access-case.ts";
import { arbitraryStatement } from "./testing/arbitrary-statement.ts";
import { ACCOUNT, ROLE, ROOT, SESSION } from "./testing/names.ts";

const SYNTAX = "Syntax errors in policy.";
const KINDS = ["identity", "session", "resource", "trust"] as const;

const VALID: Record<PolicyKind, Record<string, unknown>> = {
  identity: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" },
  session: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" },
  resource: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" },
  trust: { Effect: "Allow", Principal: { AWS: ROOT }, Action: "sts:AssumeRole" },
};

/** A policy with one statement: a valid one, with some elements replaced or, by `undefined`, left out. */
function policy(kind: PolicyKind, elements: Record<string, unknown> = {}): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...VALID[kind], ...elements }] });
}

function messageOf(json: string, kind: PolicyKind): string {
  try {
    parsePolicy(json, kind);
    return "accepted";
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
}

describe.each(KINDS)("a policy of kind %s", (kind) => {
  it("is taken with one statement or a list, with either version or none", () => {
    expect(messageOf(policy(kind), kind)).toBe("accepted");
    expect(messageOf(JSON.stringify({ Statement: VALID[kind] }), kind)).toBe("accepted");
    expect(messageOf(JSON.stringify({ Version: "2008-10-17", Statement: [VALID[kind]] }), kind)).toBe(
      "accepted",
    );
  });

  it.each([
    [
      "in the policy",
      '"Version":"2012-10-17"',
      String.raw`"Version":"2012-10-17","\u0056ersion":"2012-10-17"`,
    ],
    ["in a statement", '"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"'],
    ["of an operator", '"Bool":{', '"Bool":{},"Bool":{'],
    ["of a condition key", '"aws:SecureTransport":', '"aws:SecureTransport":"false","aws:SecureTransport":'],
  ])("is refused with a name twice in one object, which JSON.parse would hide: %s", (_, once, twice) => {
    const json = policy(kind, { Condition: { Bool: { "aws:SecureTransport": "true" } } });
    expect(messageOf(json, kind)).toBe("accepted");
    expect(JSON.parse(json.replace(once, twice))).toEqual(JSON.parse(json));
    const message = kind === "identity" || kind === "session" ? SYNTAX : "Invalid policy syntax.";
    expect(messageOf(json.replace(once, twice), kind)).toBe(message);
  });

  it.each(["Efect", "effect", "Statement", "__proto__", "constructor"])(
    "is refused with the element %s",
    (name) => {
      const json = policy(kind).replace('"Effect"', `${JSON.stringify(name)}:1,"Effect"`);
      const message = kind === "identity" || kind === "session" ? SYNTAX : `Unknown field ${name}`;
      expect(messageOf(json, kind)).toBe(message);
    },
  );

  it("throws a PolicyError for any text and any JSON, and never anything else", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"Statement":${json}}`),
        ),
        (text) => {
          expect(messageOf(text, kind)).not.toBe("accepted");
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is refused by a PolicyError or taken, and then decides on any request, however it is damaged", () => {
    const junk = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>("*", "", [], {}, "${", "arn:aws:s3:::"),
    );
    const context = fc.dictionary(
      fc.constantFrom(
        "aws:userid",
        "aws:sourceip",
        "aws:currenttime",
        "aws:principaltag/team",
        "aws:calledvia",
      ),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        arbitraryStatement(kind),
        fc.option(fc.record({ position: fc.nat(), value: junk })),
        fc.record({ action: fc.string(), resource: fc.string(), context }),
        (statement, harm, request) => {
          const valid = { Version: "2012-10-17", Statement: [statement] };
          const json = JSON.stringify(harm === null ? valid : damage(valid, harm));
          if (messageOf(json, kind) !== "accepted") return;
          const document = parsePolicy(json, kind);
          const decision = evaluatePolicies(
            { ...request, principal: CALLER, context: new Map(Object.entries(request.context)) },
            { identity: [document], session: [document], resource: document },
          );
          expect([true, false]).toContain(decision.allowed);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Put a value in the place of another one, counted through the whole tree. */
function damage(tree: unknown, harm: { position: number; value: unknown }): unknown {
  const size = countValues(tree);
  let index = -1;
  return JSON.parse(JSON.stringify(tree), (_, item: unknown) => {
    index += 1;
    return index === harm.position % size ? harm.value : item;
  });
}

function countValues(tree: unknown): number {
  let count = 0;
  JSON.stringify(tree, (_, item: unknown) => {
    count += 1;
    return item;
  });
  return count;
}

describe("AWS's message", () => {
  it.each<[string, string, string, string, string]>([
    [
      "no JSON",
      "{true}",
      SYNTAX,
      "This policy contains invalid Json",
      "The policy is not in the valid JSON format.",
    ],
    [
      "an unclosed object",
      '{"Statement":',
      SYNTAX,
      "This policy contains invalid Json",
      "The policy is not in the valid JSON format.",
    ],
    [
      "another first byte",
      " {}",
      SYNTAX,
      "Policies must be valid JSON and the first byte must be '{'",
      SYNTAX,
    ],
    ["no object", "[]", SYNTAX, "Policies must be valid JSON and the first byte must be '{'", SYNTAX],
    ["no statement", "{}", SYNTAX, "Missing required field Statement", SYNTAX],
    ["an empty list", '{"Statement":[]}', SYNTAX, "Could not parse the policy: Statement is empty!", SYNTAX],
    [
      "another version",
      '{"Version":"2013-10-17","Statement":{}}',
      SYNTAX,
      "The policy must contain a valid version string",
      SYNTAX,
    ],
    [
      "a version that is a number",
      '{"Version":2012,"Statement":{}}',
      SYNTAX,
      "The policy must contain a valid version string",
      SYNTAX,
    ],
    ["an unknown field", '{"Statement":{},"Extra":1}', SYNTAX, "Unknown field Extra", SYNTAX],
    ["a statement that is text", '{"Statement":["x"]}', SYNTAX, "Invalid policy syntax.", SYNTAX],
    ["an Id that is no text", '{"Id":1,"Statement":{}}', SYNTAX, "Invalid policy syntax.", SYNTAX],
  ])("for %s", (_, json, identity, resource, session) => {
    expect(messageOf(json, "identity")).toBe(identity);
    expect(messageOf(json, "resource")).toBe(resource);
    expect(messageOf(json, "session")).toBe(session);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ Effect: undefined }, SYNTAX, "Missing required field Effect"],
    [{ Effect: "allow" }, SYNTAX, "Invalid effect: allow"],
    [{ Effect: ["Allow"] }, SYNTAX, 'Invalid effect: ["Allow"]'],
    [{ Extra: 1 }, SYNTAX, "Unknown field Extra"],
    [{ Sid: 1 }, SYNTAX, "Invalid policy syntax."],
    [{ Action: undefined }, "Policy statement must contain actions.", "Missing required field Action"],
    [{ Action: [] }, "Policy statement must contain actions.", "Missing required field Action"],
    [{ Action: { a: "b" } }, SYNTAX, "Invalid policy syntax."],
    [{ NotAction: "s3:*" }, SYNTAX, "Invalid policy syntax."],
    [
      { Action: "" },
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
      "Policy has invalid action",
    ],
    [
      { Action: "invalid" },
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
      "Policy has invalid action",
    ],
    [{ Action: "a b:GetObject" }, "Vendor a b is not valid", "Policy has invalid action"],
    [{ Action: "*:*" }, "Vendor * is not valid", "Policy has invalid action"],
    [
      { Action: "s3:Get:Object" },
      "Actions/Condition can contain only one colon.",
      "Policy has invalid action",
    ],
    [{ Action: "s3:" }, "The policy failed legacy parsing", "Policy has invalid action"],
    [
      { Action: "s3:${aws:userid}" },
      "Actions/Condition can contain only one colon.",
      "Policy has invalid action",
    ],
    [{ Resource: undefined }, "Policy statement must contain resources.", "Missing required field Resource"],
    [{ Resource: [] }, "Policy statement must contain resources.", "Missing required field Resource"],
    [{ Resource: ["arn:aws:s3:::bucket/*", 1] }, SYNTAX, "Invalid policy syntax."],
    [{ NotResource: "*" }, SYNTAX, "Invalid policy syntax."],
    [{ Resource: "" }, 'Resource  must be in ARN format or "*".', "Policy has invalid resource"],
    [{ Resource: "bucket" }, 'Resource bucket must be in ARN format or "*".', "Policy has invalid resource"],
    [{ Resource: "**" }, 'Resource ** must be in ARN format or "*".', "Policy has invalid resource"],
    [
      { Resource: "arn:error:s3:::b" },
      'Partition "error" is not valid for resource "arn:error:s3:::b".',
      "Policy has invalid resource",
    ],
    [
      { Resource: "arn:aws" },
      "Resource vendor must be fully qualified and cannot contain regexes.",
      "Policy has invalid resource",
    ],
    [
      { Resource: "arn:aws:s*:::b" },
      "Resource vendor must be fully qualified and cannot contain regexes.",
      "Policy has invalid resource",
    ],
    [{ Resource: "arn:aws:s3::b" }, "The policy failed legacy parsing", "Policy has invalid resource"],
    [
      { Resource: "arn:aws:s3:::b/${aws:nothing}" },
      "The policy failed legacy parsing",
      "Policy has invalid resource",
    ],
    [
      { Resource: "arn:aws:iam::${aws:userid}:role/x" },
      "The policy failed legacy parsing",
      "Policy has invalid resource",
    ],
    [
      { Resource: "arn:aws:s3:us-east-1::b" },
      "Resource arn:aws:s3:us-east-1::b can not contain region information.",
      "Policy has invalid resource",
    ],
    [{ Condition: [] }, SYNTAX, "Invalid policy syntax."],
    [{ Condition: { Bool: "true" } }, SYNTAX, "Invalid policy syntax."],
    [{ Condition: { StringEqual: { "aws:userid": "a" } } }, SYNTAX, "Invalid Condition type : StringEqual"],
    [
      { Condition: { StringEquals: { "s3:x-acl": "a" } } },
      "Policy has an invalid condition key",
      "Policy has an invalid condition key",
    ],
    [
      { Condition: { IpAddress: { "aws:SourceIp": "123" } } },
      "The policy failed legacy parsing",
      "Invalid IP address in Conditions",
    ],
    [
      { Condition: { NumericEqualsIfExists: { "s3:signatureAge": "a" } } },
      "The policy failed legacy parsing",
      "Invalid value in Conditions for operator NumericEqualsIfExists",
    ],
  ])("for a statement with %j", (elements, identity, resource) => {
    expect(messageOf(policy("identity", elements), "identity")).toBe(identity);
    expect(messageOf(policy("session", elements), "session")).toBe(identity);
    expect(messageOf(policy("resource", elements), "resource")).toBe(resource);
  });

  it("says where the fault is only in the detail, on one line", () => {
    const fault = { Condition: { StringEquals: { "aws:No\nthing": "a" } } };
    expect(() => parsePolicy(policy("resource", fault), "resource")).toThrow(
      expect.objectContaining({ detail: "Statement[0].Condition.StringEquals: conditionKey (aws:No thing)" }),
    );
  });
});

describe("a Principal", () => {
  it.each(["identity", "session"] as const)("has no place in a policy of kind %s", (kind) => {
    for (const elements of [{ Principal: "*" }, { NotPrincipal: { AWS: ROOT } }]) {
      expect(messageOf(policy(kind, elements), kind)).toBe("Policy document should not specify a principal.");
    }
  });

  it("is needed elsewhere", () => {
    expect(messageOf(policy("resource", { Principal: undefined }), "resource")).toBe(
      "Missing required field Principal",
    );
    expect(messageOf(policy("trust", { Principal: undefined }), "trust")).toBe(
      "Missing required field Principal",
    );
  });

  const known: unknown[] = [
    { AWS: "*" },
    { AWS: ACCOUNT },
    { AWS: [ROOT, ROLE, SESSION, "arn:aws:iam::111122223333:user/path/ann"] },
    { AWS: "arn:aws:sts::111122223333:federated-user/ann" },
    { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE" },
    { Service: ["cloudfront.amazonaws.com", "delivery.logs.amazonaws.com"] },
    { AWS: ROOT, Service: "s3.amazonaws.com" },
  ];
  it.each(known)("is known as %j", (principal) => {
    expect(messageOf(policy("resource", { Principal: principal }), "resource")).toBe("accepted");
    expect(messageOf(policy("trust", { Principal: principal }), "trust")).toBe("accepted");
  });

  const unknown: unknown[] = [
    "",
    "arn:aws:iam::111122223333:root",
    ["*"],
    {},
    null,
    { AWS: [] },
    { AWS: "" },
    { AWS: "11112222333" },
    { AWS: "111122223333:root" },
    { AWS: "arn:aws:iam::111122223333:role/*" },
    { AWS: "arn:aws:iam::*:root" },
    { AWS: "arn:aws:iam::111122223333:role/${aws:userid}" },
    { AWS: "arn:aws:sts::111122223333:assumed-role/app/*" },
    { AWS: "arn:aws:sts::111122223333:assumed-role/app" },
    { AWS: "arn:aws:iam::111122223333:group/admins" },
    { AWS: "AROAEXAMPLE" },
    { Service: "*" },
    { Service: "cloudfront" },
    { Federated: "*" },
    { CanonicalUser: "*" },
    { Everyone: "*" },
    { aws: ACCOUNT },
  ];
  it.each(unknown)("is refused as %j", (principal) => {
    expect(messageOf(policy("resource", { Principal: principal }), "resource")).toBe(
      "Invalid principal in policy",
    );
    expect(messageOf(policy("trust", { Principal: principal }), "trust")).toMatch(
      /^Invalid principal in policy: |^Principal must be a JSON object\.$/,
    );
  });

  it("names an identity provider in trust policies alone", () => {
    for (const provider of [
      "cognito-identity.amazonaws.com",
      `arn:aws:iam::${ACCOUNT}:oidc-provider/example.com`,
    ]) {
      const elements = { Principal: { Federated: provider } };
      expect(
        messageOf(policy("trust", { ...elements, Action: "sts:AssumeRoleWithWebIdentity" }), "trust"),
      ).toBe("accepted");
      expect(messageOf(policy("resource", elements), "resource")).toBe("Invalid principal in policy");
    }
  });

  it("names a canonical user where a bucket policy grants something, which changes nothing here", () => {
    const elements = {
      Principal: { CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" },
    };
    expect(messageOf(policy("resource", elements), "resource")).toBe("accepted");
    expect(messageOf(policy("resource", { ...elements, Effect: "Deny" }), "resource")).toBe(
      "Invalid principal in policy",
    );
    expect(messageOf(policy("trust", elements), "trust")).toMatch("Invalid principal in policy");
  });

  it("is everyone in the short form only for S3", () => {
    expect(messageOf(policy("trust", { Principal: "*" }), "trust")).toBe("Principal must be a JSON object.");
  });

  it("is negated only to deny, and not in a trust policy", () => {
    const elements = { Principal: undefined, NotPrincipal: { AWS: ROOT } };
    expect(messageOf(policy("resource", elements), "resource")).toBe(
      "Allow with NotPrincipal is not allowed.",
    );
    expect(messageOf(policy("resource", { ...elements, Effect: "Deny" }), "resource")).toBe("accepted");
    expect(messageOf(policy("trust", elements), "trust")).toBe("Allow with NotPrincipal is not allowed.");
    expect(messageOf(policy("trust", { ...elements, Effect: "Deny" }), "trust")).toBe(
      "AssumeRole policy must not contain NotPrincipal field.",
    );
    expect(messageOf(policy("resource", { NotPrincipal: "*", Effect: "Deny" }), "resource")).toBe(
      "Invalid policy syntax.",
    );
  });
});

describe("a trust policy", () => {
  it.each([
    "sts:AssumeRole",
    "STS:assumerole",
    "sts:AssumeRole*",
    ["sts:AssumeRole", "sts:TagSession"],
    "sts:SetSourceIdentity",
  ])("may be about %j", (action) => {
    expect(messageOf(policy("trust", { Action: action }), "trust")).toBe("accepted");
  });

  it.each(["*", "sts:*", "s3:GetObject", "sts:GetCallerIdentity", "sts:AssumeRol", "iam:PassRole"])(
    "may not be about %s",
    (action) => {
      expect(messageOf(policy("trust", { Action: action }), "trust")).toBe(
        "AssumeRole policy may only specify STS AssumeRole actions.",
      );
    },
  );

  it("has no resource", () => {
    for (const elements of [{ Resource: "*" }, { NotResource: "*" }]) {
      expect(messageOf(policy("trust", elements), "trust")).toBe("Has prohibited field Resource");
    }
  });
});

describe("a Sid", () => {
  const two = (kind: PolicyKind, first: string, second: string) =>
    JSON.stringify({
      Statement: [
        { ...VALID[kind], Sid: first },
        { ...VALID[kind], Sid: second },
      ],
    });

  it.each(KINDS)("is unique in a policy of kind %s", (kind) => {
    expect(messageOf(two(kind, "One", "Two"), kind)).toBe("accepted");
    expect(messageOf(two(kind, "One", "One"), kind)).toMatch(/unique/);
  });

  it("is letters and digits for IAM, and any text for S3", () => {
    expect(messageOf(policy("identity", { Sid: "No uploads" }), "identity")).toMatch(/alpha-numeric/);
    expect(messageOf(policy("resource", { Sid: "No uploads" }), "resource")).toBe("accepted");
  });
});

it("an Id is for policies of resources", () => {
  const withId = (kind: PolicyKind) => JSON.stringify({ Id: "x", Statement: VALID[kind] });
  expect(messageOf(withId("resource"), "resource")).toBe("accepted");
  expect(messageOf(withId("trust"), "trust")).toBe("accepted");
  expect(messageOf(withId("identity"), "identity")).toBe(SYNTAX);
  expect(messageOf(withId("session"), "session")).toBe(SYNTAX);
});

it("an incomplete ARN is completed in an identity policy, and refused in a session policy", () => {
  const elements = { Resource: "arn:aws:sqs" };
  expect(messageOf(policy("identity", elements), "identity")).toBe("accepted");
  expect(messageOf(policy("session", elements), "session")).toBe("The policy failed legacy parsing");
});

it("actions of other services are fine in identity policies", () => {
  for (const action of [
    "kms:Decrypt",
    "execute-api:Invoke",
    "service-prefix:action-name",
    "s3:NoSuchAction",
  ]) {
    expect(messageOf(policy("identity", { Action: action }), "identity")).toBe("accepted");
  }
});
