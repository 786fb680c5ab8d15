import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S3Error } from "../s3-error.ts";
import { parsePolicy, type PostPolicy } from "./parse-policy.ts";

const EXPIRATION = "2030-01-01T00:00:00Z";

/** The policy of this text, or what is wrong with it. */
function parse(text: string): PostPolicy | string {
  try {
    return parsePolicy(Buffer.from(text).toString("base64"));
  } catch (error) {
    if (error instanceof S3Error && error.code === "InvalidPolicyDocument") return error.message;
    throw error;
  }
}

const parseValue = (value: unknown) => parse(JSON.stringify(value));
const parseConditions = (conditions: string) =>
  parse(`{"expiration":"${EXPIRATION}","conditions":${conditions}}`);

describe("a POST policy", () => {
  it("is read with all three forms of conditions", () => {
    const policy = parseValue({
      expiration: "2030-01-01T12:30:00.500Z",
      conditions: [
        { Acl: "private" },
        ["starts-with", "$key", "user/"],
        ["eq", "$X-Amz-Date", '"'],
        ["content-length-range", 1, "10"],
      ],
    });
    expect(policy).toEqual({
      expiresAt: new Date("2030-01-01T12:30:00.500Z"),
      conditions: [
        {
          kind: "eq",
          fieldName: "acl",
          value: "private",
          hasVariable: false,
          text: '["eq", "$Acl", "private"]',
        },
        {
          kind: "starts-with",
          fieldName: "key",
          value: "user/",
          hasVariable: false,
          text: '["starts-with", "$key", "user/"]',
        },
        {
          kind: "eq",
          fieldName: "x-amz-date",
          value: '"',
          hasVariable: false,
          text: String.raw`["eq", "$X-Amz-Date", "\""]`,
        },
        {
          kind: "content-length-range",
          bounds: { min: 1, max: 10 },
          text: '["content-length-range", 1, "10"]',
        },
      ],
    });
  });

  it("knows the escapes of the documentation's table, and what a bare $ is", () => {
    const policy = parseConditions(
      String.raw`[["eq", "$key", "\\ \$ \v \t \u00e9"], ["eq", "$key", "a$b"], ["eq", "key", "a"]]`,
    );
    expect(policy).toMatchObject({
      conditions: [
        { value: "\\ $ \v \t é", hasVariable: false },
        { value: "a$b", hasVariable: true },
        { fieldName: undefined },
      ],
    });
  });

  it.each([
    ["", "Invalid JSON."],
    ["junk", "Invalid JSON."],
    ["[]", "Invalid JSON."],
    ['"text"', "Invalid JSON."],
    [`{"expiration":"${EXPIRATION}","conditions":[],}`, "Invalid JSON."],
    ["{'expiration': 1}", "Invalid JSON."],
    ["{}", "Policy missing expiration."],
    [`{"EXPIRATION":"${EXPIRATION}","conditions":[]}`, "Unexpected: 'expiration'"],
    [`{"Version":"2012-10-17","Statement":[]}`, "Unexpected: 'version'"],
    [`{"expiration":"${EXPIRATION}"}`, "Policy missing conditions."],
    [`{"expiration":"${EXPIRATION}","conditions":{}}`, "Invalid 'conditions' value: must be a List."],
  ])("%j is refused", (text, problem) => {
    expect(parse(text)).toBe(`Invalid Policy: ${problem}`);
  });

  it.each([
    "tomorrow",
    "2030-01-01",
    "2030-01-01 00:00:00Z",
    "2030-01-01T00:00Z",
    "2030-01-01T00:00:00+02:00",
    "2030-01-01T00:00:00",
    "2030-02-30T00:00:00Z",
    "2030-01-01T24:00:00Z",
    1893456000,
  ])("that expires at %j is refused", (expiration) => {
    expect(parseValue({ expiration, conditions: [] })).toBe(
      `Invalid Policy: Invalid 'expiration' value: '${expiration}'`,
    );
  });

  const WRONG_NUMBER = "wrong number of arguments.";
  const ONE_PROPERTY =
    "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
  it.each([
    ["{}", ONE_PROPERTY],
    ['{"acl":"private","key":"a"}', ONE_PROPERTY],
    ['{"acl":1}', "Invalid Simple-Condition: value must be a string."],
    ['{"acl":null}', "Invalid JSON."],
    ['"key"', "Invalid condition test: must be a List or Object."],
    ["5", "Invalid condition test: must be a List or Object."],
    ["[]", "Invalid Condition: missing operation identifier."],
    ['["ends-with","$key","a"]', "Invalid Condition: unknown operation 'ends-with'."],
    ['["eq","$key"]', `Invalid Eq: ${WRONG_NUMBER}`],
    ['["starts-with","$key","a","b"]', `Invalid starts-with: ${WRONG_NUMBER}`],
    ['["content-length-range",0]', `Invalid content-length-range: ${WRONG_NUMBER}`],
    ['["content-length-range",0,512.0]', "Invalid JSON."],
    ['["content-length-range",0,1e3]', "Invalid JSON."],
    ['["content-length-range",[],1]', "Invalid JSON."],
    ['["eq","$key",5]', "Invalid JSON."],
    ['["eq","$key",true]', "Invalid JSON."],
  ])("with the condition %s is refused", (condition, problem) => {
    expect(parseConditions(`[${condition}]`)).toBe(`Invalid Policy: ${problem}`);
  });

  it("must be base64 in the one form that was signed", () => {
    for (const text of ["{}", "e30", "e30 =", "e3=0", "e31="]) {
      expect(() => parsePolicy(text)).toThrow("Invalid Policy: invalid Base64 encoding.");
    }
  });

  it("is read or refused, whatever it holds", () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => text.replaceAll(String.raw`\u0024`, "$"));
    const near = fc
      .tuple(json, json)
      .map(([a, b]) => `{"expiration":"${EXPIRATION}","conditions":[${a},["eq",${b}]]}`);
    const deep = fc.integer({ min: 1, max: 5000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth));
    const text = fc.oneof(
      json,
      near,
      deep,
      deep.map((value) => `{"expiration":${value},"conditions":[${value}]}`),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (value) => {
        const policy = parse(value);
        expect(typeof policy === "string" ? policy : "Invalid Policy: none").toMatch(/^Invalid Policy: ./s);
      }),
      { numRuns: 500 },
    );
  });
});
