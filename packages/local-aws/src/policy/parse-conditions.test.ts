import { describe, expect, it } from "vitest";
import { parseConditions } from "./parse-conditions.ts";

/** Whether a Condition element holds for a request. */
function holds(
  condition: Record<string, Record<string, unknown>>,
  context: Record<string, string | string[]>,
): boolean {
  const conditions = parseConditions(condition, {
    kind: "identity",
    variables: true,
    where: "Statement[0].Condition",
  });
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  return conditions.every((parsed) => parsed.holds(values));
}

const TEAM = "aws:PrincipalTag/team";

describe("a condition", () => {
  it.each<[string, unknown, string, boolean]>([
    ["StringEquals", "red", "red", true],
    ["StringEquals", "red", "Red", false],
    ["StringEquals", ["blue", "red"], "red", true],
    ["StringEquals", "r*", "red", false],
    ["StringEquals", "r${*}", "r*", true],
    ["StringNotEquals", ["blue", "red"], "red", false],
    ["StringNotEquals", ["blue", "red"], "green", true],
    ["StringEqualsIgnoreCase", "RED", "reD", true],
    ["StringNotEqualsIgnoreCase", "RED", "reD", false],
    ["StringLike", ["x", "r?d*"], "redder", true],
    ["StringNotLike", ["x", "r?d*"], "redder", false],
    ["StringNotLike", ["x", "r?d"], "redder", true],
    ["StringEquals", "", "", true],
  ])("%s %j of %j is %s", (operator, values, value, expected) => {
    expect(holds({ [operator]: { [TEAM]: values } }, { [TEAM]: value })).toBe(expected);
  });

  it.each<[string, string, unknown, string, boolean]>([
    ["NumericEquals", "s3:max-keys", 10, "10", true],
    ["NumericEquals", "s3:max-keys", "10", "10.0", true],
    ["NumericNotEquals", "s3:max-keys", "10", "11", true],
    ["NumericLessThan", "s3:TlsVersion", 1.2, "1.1", true],
    ["NumericLessThan", "s3:TlsVersion", 1.2, "1.2", false],
    ["NumericLessThanEquals", "s3:max-keys", "10", "10", true],
    ["NumericGreaterThan", "s3:signatureAge", "600000", "600001", true],
    ["NumericGreaterThan", "s3:signatureAge", "600000", "600000", false],
    ["NumericGreaterThanEquals", "s3:signatureAge", "600000", "600000", true],
    ["NumericGreaterThanEquals", "s3:signatureAge", "600000", "599999", false],
    ["NumericEquals", "s3:max-keys", "10", "ten", false],
    ["DateLessThan", "aws:CurrentTime", "2026-06-01T00:00:00Z", "2026-05-31T23:59:59Z", true],
    ["DateGreaterThan", "aws:CurrentTime", "2026-06-01T02:00:00+02:00", "2026-06-01T00:00:00.001Z", true],
    ["DateEquals", "aws:CurrentTime", "1767225600", "2026-01-01T00:00:00Z", true], // seconds since 1970
    ["DateNotEquals", "aws:EpochTime", "2026-01-01", "1767225600", false],
    ["DateLessThanEquals", "aws:TokenIssueTime", "2026-01", "2026-01-01T00:00:00Z", true],
    ["DateGreaterThanEquals", "aws:TokenIssueTime", "2026-01-01T00:00Z", "2025-12-31T00:00:00Z", false],
    ["Bool", "aws:SecureTransport", false, "false", true],
    ["Bool", "aws:SecureTransport", "True", "true", true],
    ["Bool", "aws:SecureTransport", "true", "yes", false],
    ["BinaryEquals", TEAM, "QmluYXJ5", "QmluYXJ5", true],
    ["BinaryEquals", TEAM, "QmluYXJ5", "Binary", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.113.255", true],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.114.0", false],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", "203.0.113.8", false],
    ["IpAddress", "aws:SourceIp", "0.0.0.0/0", "203.0.113.8", true],
    ["IpAddress", "aws:SourceIp", ["192.0.2.0/24", "2001:DB8:1234::/48"], "2001:db8:1234:5678::1", true],
    ["IpAddress", "aws:SourceIp", "::/0", "203.0.113.8", false],
    ["IpAddress", "aws:SourceIp", "127.0.0.0/8", "::ffff:127.0.0.1", true],
    ["IpAddress", "aws:SourceIp", "0.0.0.0/0", "not an address", false],
    ["NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", "192.0.2.0/24"], "198.51.100.1", true],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "2001:db8::1", true],
  ])("%s %s %j of %j is %s", (operator, key, values, value, expected) => {
    expect(holds({ [operator]: { [key]: values } }, { [key]: value })).toBe(expected);
  });

  it.each([
    ["arn:aws:iam::111122223333:role/app", true],
    ["arn:aws:iam::*:role/*", true],
    ["arn:aws:iam::11112222333?:role/a*", true],
    ["arn:aws:iam::111122223333:role/APP", false],
    ["arn:aws:*:role/app:x:y", false],
    ["arn:aws:iam::${aws:PrincipalAccount}:role/${aws:PrincipalTag/team, 'app'}", true],
    ["arn:aws:iam::${aws:userid}:role/app", false],
  ])("on an ARN compares component by component: %s", (pattern, expected) => {
    const context = {
      "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app",
      "aws:PrincipalAccount": "111122223333",
    };
    for (const operator of ["ArnLike", "ArnEquals"]) {
      expect(holds({ [operator]: { "aws:PrincipalArn": pattern } }, context)).toBe(expected);
    }
    for (const operator of ["ArnNotLike", "ArnNotEquals"]) {
      expect(holds({ [operator]: { "aws:PrincipalArn": pattern } }, context)).toBe(!expected);
    }
  });

  it("on an ARN lets a wildcard run over the slashes and colons of the resource", () => {
    const condition = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::b*/z" } };
    expect(holds(condition, { "aws:SourceArn": "arn:aws:s3:::bucket/x:y/z" })).toBe(true);
  });

  it("needs all its keys, under all its operators", () => {
    const condition = {
      StringEquals: { [TEAM]: "red", "aws:userid": "ann" },
      Bool: { "aws:SecureTransport": "true" },
    };
    const context = { [TEAM]: "red", "aws:userid": "ann", "aws:SecureTransport": "true" };
    expect(holds(condition, context)).toBe(true);
    for (const key of Object.keys(context)) expect(holds(condition, { ...context, [key]: "x" })).toBe(false);
  });

  it("finds its key in any case", () => {
    expect(holds({ StringEquals: { "AWS:principaltag/TEAM": "red" } }, { [TEAM]: "red" })).toBe(true);
  });
});

describe("a key that the request lacks", () => {
  it.each([
    ["StringEquals", "red", false],
    ["StringLike", "*", false],
    ["StringNotEquals", "red", true],
    ["StringNotLike", "*", true],
    ["StringEqualsIfExists", "red", true],
    ["StringNotEqualsIfExists", "red", true],
    ["NumericLessThan", "1", false],
    ["NumericNotEquals", "1", true],
    ["DateNotEquals", "2026-01-01", true],
    ["Bool", "true", false],
    ["BoolIfExists", "true", true],
    ["ArnNotEquals", "arn:aws:iam::111122223333:role/app", true],
    ["NotIpAddress", "10.0.0.0/8", true],
    ["IpAddress", "10.0.0.0/8", false],
    ["ForAllValues:StringEquals", "red", true],
    ["ForAnyValue:StringEquals", "red", false],
    ["ForAnyValue:StringNotEquals", "red", false],
    ["ForAnyValue:StringEqualsIfExists", "red", true],
    ["Null", "true", true],
    ["Null", "false", false],
  ])("under %s %s: %s", (operator, value, expected) => {
    expect(holds({ [operator]: { [TEAM]: value } }, {})).toBe(expected);
  });
});

describe("a variable without value", () => {
  it.each([
    ["StringEquals", false],
    ["StringLike", false],
    ["StringNotEquals", true],
    ["StringNotLike", true],
  ])("under %s is equal to nothing: %s", (operator, expected) => {
    expect(holds({ [operator]: { [TEAM]: "${aws:username}" } }, { [TEAM]: "red" })).toBe(expected);
  });
});

describe("a set operator", () => {
  it.each<[string, string[], string[], boolean]>([
    // the tables of AWS's page on single-valued and multivalued keys
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["environment"], true],
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["cost-center", "environment"], true],
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["environment", "dept"], false],
    ["ForAnyValue:StringEquals", ["environment", "cost-center"], ["environment", "dept"], true],
    ["ForAnyValue:StringEquals", ["environment", "cost-center"], ["dept"], false],
    ["ForAllValues:StringNotEquals", ["environment"], ["dept", "environment"], false],
    ["ForAllValues:StringNotLike", ["env*"], ["dept", "cost-center"], true],
    ["ForAnyValue:StringNotEquals", ["environment"], ["dept", "environment"], true],
    ["ForAnyValue:StringNotEquals", ["environment"], ["environment"], false],
    ["ForAllValues:StringEquals", ["environment"], [""], true],
    ["ForAllValues:StringEquals", ["environment"], [], true],
    ["ForAnyValue:StringEquals", ["environment"], [], false],
  ])("%s %j of %j is %s", (operator, values, tags, expected) => {
    expect(holds({ [operator]: { "aws:TagKeys": values } }, { "aws:TagKeys": tags })).toBe(expected);
  });

  it("is needed for a key that may have many values", () => {
    expect(() => holds({ StringEquals: { "aws:TagKeys": "a" } }, {})).toThrow(
      "Policy has an invalid condition key",
    );
    expect(holds({ Null: { "aws:TagKeys": "false" } }, { "aws:TagKeys": ["a", "b"] })).toBe(true);
  });

  it("is missing where a single-valued key comes with two values, which match nothing then", () => {
    for (const operator of ["StringEquals", "StringNotEquals", "StringLikeIfExists"]) {
      expect(holds({ [operator]: { "s3:prefix": ["a", "b"] } }, { "s3:prefix": ["a", "b"] })).toBe(false);
    }
  });
});

it("Null counts an empty value as none", () => {
  expect(holds({ Null: { "s3:prefix": true } }, { "s3:prefix": "" })).toBe(true);
  expect(holds({ Null: { "s3:prefix": ["true", "false"] } }, { "s3:prefix": "a" })).toBe(true);
});

describe("what no operator can compare", () => {
  it.each([
    [{ NumericEquals: { "s3:max-keys": "ten" } }],
    [{ NumericEquals: { "s3:max-keys": "" } }],
    [{ NumericEquals: { "s3:max-keys": "${aws:userid}" } }],
    [{ DateLessThan: { "aws:CurrentTime": "2026" } }], // a year, or seconds
    [{ DateLessThan: { "aws:CurrentTime": "2026-13-01" } }],
    [{ DateLessThan: { "aws:CurrentTime": "June 1, 2026" } }],
    [{ Bool: { "aws:SecureTransport": "yes" } }],
    [{ BinaryEquals: { [TEAM]: "not base64!" } }],
    [{ IpAddress: { "aws:SourceIp": "203.0.113.0/33" } }],
    [{ IpAddress: { "aws:SourceIp": "203.0.113" } }],
    [{ IpAddress: { "aws:SourceIp": "203.0.113.0/24/24" } }],
    [{ NotIpAddress: { "aws:SourceIp": "2001:db8::/129" } }],
    [{ IpAddress: { "aws:SourceIp": "fe80::1%eth0" } }],
    [{ ArnLike: { "aws:PrincipalArn": "*" } }],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*" } }],
    [{ Null: { [TEAM]: "maybe" } }],
    [{ StringLike: { [TEAM]: "${aws:nothing}" } }],
    [{ StringEquals: { [TEAM]: [] } }],
    [{ StringEquals: { [TEAM]: null } }],
    [{ StringEquals: { [TEAM]: [["a"]] } }],
    [{ StringEquals: { [TEAM]: { a: "b" } } }],
  ])("%j is refused", (condition) => {
    expect(() => holds(condition, {})).toThrow(expect.objectContaining({ name: "PolicyError" }));
  });

  it.each([
    "StringEqual",
    "stringequals",
    "NullIfExists",
    "ForAllValues:Null",
    "ForSomeValues:StringEquals",
    "ForAnyValue::StringEquals",
    "IfExists",
    "StringEqualsIfExistsIfExists",
    "",
    "constructor",
    "__proto__",
  ])("%j is no operator", (operator) => {
    const condition: unknown = JSON.parse(`{${JSON.stringify(operator)}: {"aws:userid": "a"}}`);
    const scope = { kind: "identity", variables: true, where: "Statement[0].Condition" } as const;
    expect(() => parseConditions(condition, scope)).toThrow("Syntax errors in policy.");
  });

  it.each([
    "aws:Nothing",
    "userid",
    "aws:PrincipalTag",
    "aws:PrincipalTag/",
    "aws:userid/x",
    "ec2:InstanceType",
    "lambda:SourceFunctionArn",
    "constructor",
    "",
  ])("%j is no condition key", (key) => {
    expect(() => holds({ StringEquals: { [key]: "a" } }, {})).toThrow("Policy has an invalid condition key");
  });
});
