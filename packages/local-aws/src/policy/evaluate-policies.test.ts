import { describe, expect, it } from "vitest";
import {
  type AccessRequest,
  type Decision,
  evaluatePolicies,
  type PolicyPrincipal,
} from "./evaluate-policies.ts";
import { parsePolicy, type PolicyKind } from "./parse-policy.ts";
import { CALLER } from "./testing/access-case.ts";
import { ACCOUNT, OTHER_ROLE, OTHER_SESSION, ROLE, ROOT, SESSION, TARGET_ROLE } from "./testing/names.ts";

type Statement = Record<string, unknown>;

const ANONYMOUS: PolicyPrincipal = { kind: "anonymous" };
const ROOT_CALLER: PolicyPrincipal = { kind: "account", accountId: ACCOUNT };

function decide(options: {
  caller?: PolicyPrincipal;
  action?: string;
  resource?: string;
  context?: Record<string, string>;
  identity?: Statement[];
  session?: Statement[][];
  bucket?: Statement[];
  trust?: Statement[];
}): Decision {
  const {
    caller = CALLER,
    action = "s3:GetObject",
    resource = "arn:aws:s3:::bucket/key",
    context = {},
  } = options;
  const parse = (kind: PolicyKind, statements: Statement[]) =>
    parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), kind);
  const request: AccessRequest = {
    action,
    resource,
    principal: caller,
    context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]])),
  };
  return evaluatePolicies(request, {
    identity: options.identity ? [parse("identity", options.identity)] : [],
    session: options.session?.map((statements) => parse("session", statements)),
    resource:
      (options.bucket && parse("resource", options.bucket)) ??
      (options.trust && parse("trust", options.trust)),
  });
}

const ALLOWED = { allowed: true };
const denied = (by: string) => ({ allowed: false, reason: "implicit-deny", by });
const refused = (by: string, sid: string) => ({ allowed: false, reason: "explicit-deny", by, sid });

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const WRITE = { ...READ, Action: "s3:PutObject" };
const NO_READ = { ...READ, Effect: "Deny", Sid: "NoRead" };

describe("a role session", () => {
  it("may do what an identity policy allows, and nothing else", () => {
    expect(decide({ identity: [READ] })).toEqual(ALLOWED);
    expect(decide({ identity: [WRITE] })).toEqual(denied("identity"));
    expect(decide({})).toEqual(denied("identity"));
    expect(decide({ identity: [READ], resource: "arn:aws:s3:::other/key" })).toEqual(denied("identity"));
  });

  it("is limited by its session policies, of which one has to allow", () => {
    expect(decide({ identity: [READ], session: [[READ]] })).toEqual(ALLOWED);
    expect(decide({ identity: [READ], session: [[WRITE], [READ]] })).toEqual(ALLOWED);
    expect(decide({ identity: [READ], session: [[WRITE]] })).toEqual(denied("session"));
    expect(decide({ identity: [WRITE], session: [[READ]] })).toEqual(denied("identity"));
    expect(decide({ identity: [READ], session: [] })).toEqual(denied("session"));
  });

  it("may not do what any policy denies", () => {
    const bucketDeny = { ...NO_READ, Principal: "*" };
    const bucketAllow = { ...READ, Principal: { AWS: SESSION } };
    expect(decide({ identity: [READ, NO_READ] })).toEqual(refused("identity", "NoRead"));
    expect(decide({ identity: [READ], session: [[READ], [NO_READ]] })).toEqual(refused("session", "NoRead"));
    expect(decide({ identity: [READ], bucket: [bucketDeny] })).toEqual(refused("resource", "NoRead"));
    expect(decide({ identity: [NO_READ], bucket: [bucketAllow] })).toEqual(refused("identity", "NoRead"));
    expect(decide({ identity: [READ], session: [[NO_READ]], bucket: [bucketAllow] })).toEqual(
      refused("session", "NoRead"),
    );
  });

  it.each([
    ["its own ARN", { AWS: SESSION }, ALLOWED, ALLOWED],
    ["everyone", "*", ALLOWED, ALLOWED],
    ["everyone, in the long form", { AWS: "*" }, ALLOWED, ALLOWED],
    ["its role", { AWS: ROLE }, ALLOWED, denied("session")],
    ["its account", { AWS: ROOT }, denied("identity"), denied("identity")],
    ["its account's id", { AWS: ACCOUNT }, denied("identity"), denied("identity")],
    ["its role and its session", { AWS: [ROLE, SESSION] }, ALLOWED, ALLOWED],
    ["another session of its role", { AWS: OTHER_SESSION }, denied("identity"), denied("identity")],
    ["another role", { AWS: OTHER_ROLE }, denied("identity"), denied("identity")],
    ["a service", { Service: "lambda.amazonaws.com" }, denied("identity"), denied("identity")],
  ])("gets from a bucket policy that names %s what AWS documents", (_, principal, alone, withSession) => {
    const bucket = [{ ...READ, Principal: principal }];
    expect(decide({ bucket })).toEqual(alone);
    expect(decide({ bucket, session: [[WRITE]] })).toEqual(withSession);
  });

  it("gets a role's grant within a session policy that allows it too", () => {
    const bucket = [{ ...READ, Principal: { AWS: ROLE } }];
    expect(decide({ bucket, session: [[READ]] })).toEqual(ALLOWED);
  });

  it("gets more than its session policy has through aws:PrincipalArn with everyone", () => {
    const condition = { ArnEquals: { "aws:PrincipalArn": ROLE } };
    const bucket = [{ ...READ, Principal: "*", Condition: condition }];
    expect(decide({ bucket, session: [[WRITE]], context: { "aws:PrincipalArn": ROLE } })).toEqual(ALLOWED);
    expect(decide({ bucket, session: [[WRITE]], context: { "aws:PrincipalArn": OTHER_ROLE } })).toEqual(
      denied("identity"),
    );
  });

  it.each([
    ["its account", { AWS: ROOT }],
    ["its role", { AWS: ROLE }],
    ["itself", { AWS: SESSION }],
    ["everyone", "*"],
  ])("is denied by a bucket policy that names %s", (_, principal) => {
    expect(decide({ identity: [READ], bucket: [{ ...NO_READ, Principal: principal }] })).toEqual(
      refused("resource", "NoRead"),
    );
  });

  it("is spared by NotPrincipal where its account, its role and itself are listed", () => {
    const bucket = (names: string[]) => [{ ...NO_READ, NotPrincipal: { AWS: names } }];
    expect(decide({ identity: [READ], bucket: bucket([ROOT, ROLE, SESSION]) })).toEqual(ALLOWED);
    for (const names of [
      [ROOT, ROLE],
      [ROLE, SESSION],
      [ROOT, SESSION],
      [ROOT, ROLE, OTHER_SESSION],
    ]) {
      expect(decide({ identity: [READ], bucket: bucket(names) })).toEqual(refused("resource", "NoRead"));
    }
  });
});

it("NotPrincipal spares everyone with an asterisk", () => {
  const bucket = [
    { ...READ, Principal: "*" },
    { ...NO_READ, NotPrincipal: "*" },
  ];
  for (const caller of [CALLER, ROOT_CALLER, ANONYMOUS]) expect(decide({ caller, bucket })).toEqual(ALLOWED);
});

describe("a service", () => {
  const service = "cloudfront.amazonaws.com";
  const caller: PolicyPrincipal = { kind: "service", service };

  it("may do what a bucket policy allows it, and nothing else", () => {
    expect(decide({ caller })).toEqual(denied("resource"));
    expect(decide({ caller, identity: [READ] })).toEqual(denied("resource"));
    const allowing = (principal: unknown) => decide({ caller, bucket: [{ ...READ, Principal: principal }] });
    expect(allowing({ Service: service })).toEqual(ALLOWED);
    expect(allowing({ Service: ["logs.amazonaws.com", service] })).toEqual(ALLOWED);
    expect(allowing("*")).toEqual(ALLOWED);
    for (const principal of [{ Service: "logs.amazonaws.com" }, { AWS: ROOT }, { AWS: ROLE }]) {
      expect(allowing(principal)).toEqual(denied("resource"));
    }
  });

  it("is held to the conditions, and denied with everyone unless it is spared", () => {
    const Condition = {
      StringEquals: { "aws:SourceArn": "arn:aws:cloudfront::000000000000:distribution/E" },
    };
    const bucket = [{ ...READ, Principal: { Service: service }, Condition }];
    const from = (arn: string) => decide({ caller, bucket, context: { "aws:SourceArn": arn } });
    expect(from("arn:aws:cloudfront::000000000000:distribution/E")).toEqual(ALLOWED);
    expect(from("arn:aws:cloudfront::000000000000:distribution/F")).toEqual(denied("resource"));
    const allow = { ...READ, Principal: { Service: service } };
    expect(decide({ caller, bucket: [allow, { ...NO_READ, Principal: "*" }] })).toEqual(
      refused("resource", "NoRead"),
    );
    const spared = { ...NO_READ, NotPrincipal: { Service: service } };
    expect(decide({ caller, bucket: [allow, spared] })).toEqual(ALLOWED);
    expect(decide({ caller, bucket: [allow, { ...NO_READ, NotPrincipal: { AWS: ROOT } }] })).toEqual(
      refused("resource", "NoRead"),
    );
  });

  it("is none that only names it", () => {
    const bucket = [{ ...READ, Principal: { Service: service } }];
    for (const other of [ANONYMOUS, CALLER]) {
      expect(decide({ caller: other, bucket })).toMatchObject({ allowed: false });
    }
  });
});

describe("the account", () => {
  it("may do everything that no bucket policy denies", () => {
    expect(decide({ caller: ROOT_CALLER })).toEqual(ALLOWED);
    expect(decide({ caller: ROOT_CALLER, identity: [NO_READ], session: [[NO_READ]] })).toEqual(ALLOWED);
    for (const principal of ["*", { AWS: ROOT }, { AWS: ACCOUNT }]) {
      const bucket = [{ ...NO_READ, Principal: principal }];
      expect(decide({ caller: ROOT_CALLER, bucket })).toEqual(refused("resource", "NoRead"));
    }
    expect(decide({ caller: ROOT_CALLER, bucket: [{ ...NO_READ, Principal: { AWS: ROLE } }] })).toEqual(
      ALLOWED,
    );
  });

  it("is spared by NotPrincipal where it is listed", () => {
    expect(decide({ caller: ROOT_CALLER, bucket: [{ ...NO_READ, NotPrincipal: { AWS: ROOT } }] })).toEqual(
      ALLOWED,
    );
  });
});

describe("an anonymous caller", () => {
  it("may do what a bucket policy allows everyone", () => {
    for (const principal of ["*", { AWS: "*" }, { AWS: [ACCOUNT, "*"] }]) {
      expect(decide({ caller: ANONYMOUS, bucket: [{ ...READ, Principal: principal }] })).toEqual(ALLOWED);
    }
  });

  it("may do nothing else", () => {
    expect(decide({ caller: ANONYMOUS, identity: [READ], session: [[READ]] })).toEqual(denied("resource"));
    for (const principal of [{ AWS: ROOT }, { AWS: ROLE }, { Service: "s3.amazonaws.com" }]) {
      expect(decide({ caller: ANONYMOUS, bucket: [{ ...READ, Principal: principal }] })).toEqual(
        denied("resource"),
      );
    }
    const open = { ...READ, Principal: "*" };
    const closed = { ...NO_READ, NotPrincipal: { AWS: [ROOT, ROLE, SESSION] } };
    expect(decide({ caller: ANONYMOUS, bucket: [open, closed] })).toEqual(refused("resource", "NoRead"));
  });
});

describe("AssumeRole", () => {
  const ask = { action: "sts:AssumeRole", resource: TARGET_ROLE };
  const trust = (principal: unknown, more: Statement = {}) => [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: principal, ...more },
  ];
  const mayAssume = [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: TARGET_ROLE }];

  it("needs a trust policy that names the account, also of the account itself", () => {
    expect(decide({ ...ask, caller: ROOT_CALLER, trust: trust({ AWS: ROOT }) })).toEqual(ALLOWED);
    expect(decide({ ...ask, caller: ROOT_CALLER, trust: trust({ AWS: "*" }) })).toEqual(ALLOWED);
    expect(
      decide({ ...ask, caller: ROOT_CALLER, trust: trust({ Service: "lambda.amazonaws.com" }) }),
    ).toEqual(denied("resource"));
  });

  it("of a session that is trusted by name needs nothing else", () => {
    expect(decide({ ...ask, trust: trust({ AWS: ROLE }) })).toEqual(ALLOWED);
    expect(decide({ ...ask, trust: trust({ AWS: SESSION }) })).toEqual(ALLOWED);
    expect(decide({ ...ask, trust: trust({ AWS: ROLE }), session: [[READ]] })).toEqual(denied("session"));
  });

  it("of a session whose account is trusted needs an identity policy", () => {
    expect(decide({ ...ask, trust: trust({ AWS: ROOT }) })).toEqual(denied("identity"));
    expect(decide({ ...ask, trust: trust({ AWS: ROOT }), identity: mayAssume })).toEqual(ALLOWED);
    expect(decide({ ...ask, trust: trust({ AWS: ROOT }), identity: mayAssume, session: [[READ]] })).toEqual(
      denied("session"),
    );
  });

  it("is not granted by an identity policy alone", () => {
    expect(decide({ ...ask, trust: trust({ AWS: OTHER_ROLE }), identity: mayAssume })).toEqual(
      denied("resource"),
    );
  });

  it("may depend on what is asked for", () => {
    const condition = {
      StringEquals: { "sts:ExternalId": "secret" },
      StringLike: { "sts:RoleSessionName": "u-*" },
    };
    const policy = trust({ AWS: ROOT }, { Condition: condition });
    const context = { "sts:ExternalId": "secret", "sts:RoleSessionName": "u-1" };
    expect(decide({ ...ask, caller: ROOT_CALLER, trust: policy, context })).toEqual(ALLOWED);
    expect(decide({ ...ask, caller: ROOT_CALLER, trust: policy })).toEqual(denied("resource"));
  });
});

describe("a statement", () => {
  const allows = (
    statement: Statement,
    request: { action?: string; resource?: string; context?: Record<string, string> },
  ) =>
    decide({ identity: [{ Effect: "Allow", Action: "*", Resource: "*", ...statement }], ...request }).allowed;
  const without = (name: string) => ({ [name]: undefined });

  it.each([
    ["s3:GetObject", true],
    ["S3:getOBJECT", true],
    ["s3:Get*", true],
    ["s3:*", true],
    ["*", true],
    ["s3:?etObject", true],
    ["s3:Get", false],
    ["s3:GetObjectAcl", false],
    ["kms:Decrypt", false],
    ["s3:GetObjekt", false], // IAM takes any name
  ])("on %s covers s3:GetObject: %s", (action, expected) => {
    expect(allows({ Action: action }, {})).toBe(expected);
    expect(allows({ ...without("Action"), NotAction: action }, {})).toBe(!expected);
    expect(allows({ ...without("Action"), NotAction: [action, "s3:PutObject"] }, {})).toBe(!expected);
  });

  it.each([
    ["arn:aws:s3:::bucket/home/ann/x:y", true],
    ["arn:aws:s3:::bucket/*", true],
    ["arn:aws:s3:::bucket/home/*:y", true], // a wildcard does not stop at slashes and colons of the key
    ["arn:aws:s3:::bucket/*/x*", true],
    ["arn:aws:s3:::buck??/*", true],
    ["arn:aws:s3:::*", true],
    ["arn:aws:s3:*:*:bucket/*", true],
    ["arn:*:s3:::bucket/*", true],
    ["arn:aws:s3", true], // completed with wildcards
    ["arn:aws:s3:::bucket/home/${aws:userid}/*", true],
    ["arn:aws:s3:::bucket/home/${aws:username, 'ann'}/*", true],
    ["arn:aws:s3:::bucket/home/${aws:username}/*", false],
    ["arn:aws:s3:::bucket/HOME/*", false],
    ["arn:aws:s3:::bucket", false],
    ["arn:aws:s3:::bucket/home", false],
    ["arn:aws:s3:*:bucket/*:*", false], // no wildcard runs over the first five colons
    ["arn:aws:sqs:*:*:*", false],
    ["arn:aws:sqs", false],
  ])("on %s covers an object: %s", (resource, expected) => {
    const request = { resource: "arn:aws:s3:::bucket/home/ann/x:y", context: { "aws:userid": "ann" } };
    expect(allows({ Resource: resource }, request)).toBe(expected);
    expect(allows({ ...without("Resource"), NotResource: resource }, request)).toBe(!expected);
  });

  it("covers what has no resource only with an asterisk", () => {
    const request = { action: "sts:GetCallerIdentity", resource: "*" };
    expect(allows({}, request)).toBe(true);
    expect(allows({ Resource: "arn:aws:sts:*:*:*" }, request)).toBe(false);
  });

  it("of 2008 has no variables", () => {
    const policy = { Statement: { ...READ, Resource: "arn:aws:s3:::bucket/${aws:userid}" } };
    const identity = [parsePolicy(JSON.stringify(policy), "identity")];
    const request = {
      action: "s3:GetObject",
      principal: CALLER,
      context: new Map([["aws:userid", ["ann"]]]),
    };
    const policies = { identity, session: undefined, resource: undefined };
    expect(evaluatePolicies({ ...request, resource: "arn:aws:s3:::bucket/ann" }, policies).allowed).toBe(
      false,
    );
    expect(
      evaluatePolicies({ ...request, resource: "arn:aws:s3:::bucket/${aws:userid}" }, policies).allowed,
    ).toBe(true);
  });
});
