import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S3Error } from "../s3-error.ts";
import { checkPolicy } from "./check-policy.ts";
import { expandFileName, toFormFields } from "./form-fields.ts";
import { parsePolicy } from "./parse-policy.ts";

const NOW = new Date("2030-01-01T00:00:00Z");
const BUCKET = "b";

/** What is left for the file, or the refusal. */
function check(conditions: readonly unknown[], sent: Record<string, string>, now = NOW) {
  const text = JSON.stringify({ expiration: NOW.toISOString(), conditions });
  const fields = toFormFields(Object.entries(sent).map(([name, value]) => ({ name, value })));
  try {
    return checkPolicy(parsePolicy(Buffer.from(text).toString("base64")), { fields, bucket: BUCKET, now });
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    expect([error.code, error.status]).toEqual(["AccessDenied", 403]);
    return error.message.replace("Invalid according to Policy: ", "");
  }
}

const ANY = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
const bucket = { bucket: BUCKET };

describe("a form and its policy", () => {
  it("agree when every condition is met and every field has one", () => {
    expect(check([bucket, ["starts-with", "$key", "user/"]], { key: "user/a" })).toEqual(ANY);
    expect(check([{ bUcKeT: BUCKET }, ["StArTs-WiTh", "$KeY", "user/"]], { kEy: "user/a" })).toEqual(ANY);
    expect(check([bucket], { "x-ignore-me": "1", "X-Amz-Signature": "s", POLICY: "p" })).toEqual(ANY);
    expect(check([bucket, { key: "a" }, ["starts-with", "$key", ""]], { key: "a" })).toEqual(ANY);
  });

  it.each([
    [
      "a value that is another one",
      [bucket, { key: "a" }],
      { key: "A" },
      'Policy Condition failed: ["eq", "$key", "a"]',
    ],
    [
      "a value that begins otherwise",
      [bucket, ["starts-with", "$key", "a/"]],
      { key: "b/" },
      'Policy Condition failed: ["starts-with", "$key", "a/"]',
    ],
    [
      "one of two conditions",
      [bucket, { key: "a" }, { Key: "b" }],
      { key: "a" },
      'Policy Condition failed: ["eq", "$Key", "b"]',
    ],
    [
      "a field that is not there",
      [bucket, ["starts-with", "$acl", ""]],
      {},
      'Policy Condition failed: ["starts-with", "$acl", ""]',
    ],
    [
      "a name without $",
      [bucket, ["eq", "key", "a"]],
      { key: "a" },
      'Policy Condition failed: ["eq", "key", "a"]',
    ],
    [
      "a $ that was not escaped",
      [bucket, { key: "a$b" }],
      { key: "a$b" },
      'Policy Condition failed: ["eq", "$key", "a$b"]',
    ],
    [
      "another bucket, whatever the form says",
      [{ bucket: "c" }],
      { bucket: "c" },
      'Policy Condition failed: ["eq", "$bucket", "c"]',
    ],
    [
      "a field without a condition, as it is spelled",
      [bucket],
      { Filename: "a" },
      "Extra input fields: Filename",
    ],
    ["a bucket without a condition", [{ key: "a" }], { key: "a" }, "Extra input fields: bucket"],
    [
      "a range of no numbers",
      [bucket, ["content-length-range", "a", 1]],
      {},
      'Policy Condition failed: ["content-length-range", "a", 1]',
    ],
  ])("disagree over %s", (_, conditions, fields, problem) => {
    expect(check(conditions, fields)).toBe(problem);
  });

  it("agree until the policy expires", () => {
    expect(check([bucket], {}, NOW)).toEqual(ANY);
    expect(check([bucket], {}, new Date(NOW.getTime() + 1))).toBe("Policy expired.");
  });

  it("look at each item of a list of content types, but at no other list", () => {
    const types = [bucket, ["starts-with", "$Content-Type", "image/"]];
    expect(check(types, { "content-type": "image/png,image/gif, image/jpg" })).toEqual(ANY);
    expect(check(types, { "content-type": "image/png,text/plain" })).toMatch(/^Policy Condition failed/);
    expect(check([bucket, ["starts-with", "$key", "a"]], { key: "a,b" })).toEqual(ANY);
  });

  it("leave the narrowest range for the file", () => {
    const ranges = [
      ["content-length-range", 1, 10],
      ["content-length-range", 5, 20],
      ["content-length-range", "0", "15"],
    ];
    expect(check([bucket, ...ranges], {})).toEqual({ minBytes: 5, maxBytes: 10 });
  });

  it("say nothing of a session token in the log", () => {
    const text = JSON.stringify({
      expiration: NOW.toISOString(),
      conditions: [{ "X-Amz-Security-Token": "secret" }],
    });
    const policy = parsePolicy(Buffer.from(text).toString("base64"));
    try {
      checkPolicy(policy, { fields: new Map(), bucket: BUCKET, now: NOW });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "AccessDenied", logNote: expect.not.stringContaining("secret") });
    }
  });

  const name = fc.constantFrom("key", "acl", "Content-Type", "x-amz-meta-a", "x-ignore-a", "bucket");
  const value = fc.string({ unit: fc.constantFrom("a", "b", ","), maxLength: 3 });
  const condition = fc.oneof(
    fc.tuple(name, value).map(([field, text]) => ({ [field]: text })),
    fc.tuple(
      fc.constantFrom("eq", "starts-with"),
      name.map((field) => `$${field}`),
      value,
    ),
  );

  /** Said once more, as simply as it can be. */
  function oracle(
    conditions: readonly (Record<string, string> | [string, string, string])[],
    fields: Record<string, string>,
  ) {
    const values = new Map(
      Object.entries({ ...fields, bucket: BUCKET }).map(([field, text]) => [field.toLowerCase(), text]),
    );
    const rules = conditions.map((rule) => {
      const [operator, field, text] = Array.isArray(rule)
        ? rule
        : ["eq", ...(Object.entries(rule)[0] ?? ["", ""])];
      return { isEq: operator === "eq", field: field.replace("$", "").toLowerCase(), text };
    });
    const holds = rules.every(({ isEq, field, text }) => {
      const actual = values.get(field);
      if (actual === undefined) return false;
      if (isEq) return actual === text;
      const items = field === "content-type" ? actual.split(",") : [actual];
      return items.filter((item) => item.indexOf(text) === 0).length === items.length;
    });
    const named = new Set(rules.map(({ field }) => field));
    return holds && [...values.keys()].every((field) => field === "x-ignore-a" || named.has(field));
  }

  it("agree exactly when the rules say so", () => {
    const accepted: boolean[] = [];
    fc.assert(
      fc.property(
        fc.dictionary(
          name.filter((field) => field !== "bucket"),
          value,
          { maxKeys: 3 },
        ),
        fc.array(condition, { maxLength: 4 }),
        fc.boolean(),
        (fields, random, isCovered) => {
          // Without these, hardly any form would be accepted.
          const covering = Object.keys(fields).map(
            (field) => ["starts-with", `$${field}`, ""] as [string, string, string],
          );
          const conditions = isCovered ? [bucket, ...covering, ...random] : random;
          const isAccepted = typeof check(conditions, fields) !== "string";
          accepted.push(isAccepted);
          expect(isAccepted).toBe(oracle(conditions, fields));
        },
      ),
      { numRuns: 2000 },
    );
    expect(new Set(accepted)).toEqual(new Set([true, false]));
  });
});

describe("${filename}", () => {
  const expand = (value: string, fileName: string | undefined) =>
    expandFileName(toFormFields([{ name: "key", value }]), fileName).get("key")?.value;

  it("is the end of the client's path, wherever and however often it stands", () => {
    expect(expand("a/${filename}/${filename}", "b.txt")).toBe("a/b.txt/b.txt");
    expect(expand("${filename}", "C:\\Program Files\\dir\\file.txt")).toBe("file.txt");
    expect(expand("${filename}", "/home/me/file.txt")).toBe("file.txt");
    expect(expand("a/${filename}", "..")).toBe("a/..");
    expect(expand("a/${filename}", "$&$1${filename}")).toBe("a/$&$1${filename}");
    expect(expand("a/${filename}", "")).toBe("a/");
    expect(expand("a/${filename}", undefined)).toBe("a/${filename}");
  });
});
