import { describe, expect, it } from "vitest";
import { createPolicyCache } from "./policy-cache.ts";

const policy = (sid: string): string =>
  JSON.stringify({ Statement: { Sid: sid, Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::b/*" } });

describe("the policies that were read", () => {
  it("are read once, for each kind of use", () => {
    const read = createPolicyCache();
    expect(read(policy("a"), "session")).toBe(read(policy("a"), "session"));
    expect(read(policy("a"), "session")).not.toBe(read(policy("a"), "identity"));
  });

  it("are forgotten when they were not used for long, and not while they are in use", () => {
    const read = createPolicyCache();
    const used = read(policy("used"), "session");
    const unused = read(policy("unused"), "session");
    for (let index = 0; index < 600; index += 1) {
      read(policy(`p${index}`), "session");
      expect(read(policy("used"), "session")).toBe(used);
    }
    expect(read(policy("unused"), "session")).not.toBe(unused);
  });

  it("do not count when they cannot be read", () => {
    const read = createPolicyCache();
    expect(() => read("{", "session")).toThrow(expect.objectContaining({ name: "PolicyError" }));
    expect(() => read("{", "session")).toThrow(expect.objectContaining({ name: "PolicyError" }));
  });
});
