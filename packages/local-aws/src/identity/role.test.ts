import { describe, expect, it } from "vitest";
import { parseRoles, type RoleOptions } from "./role.ts";

const READ = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" },
};

function refusal(...roles: RoleOptions[]): string {
  try {
    parseRoles(roles);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error("the roles were taken");
}

describe("roles", () => {
  it("have an ARN, and an id that is the same at every start", () => {
    const roles = parseRoles([{ name: "a", policies: [READ, JSON.stringify(READ)] }]);
    expect([...roles.keys()]).toEqual(["arn:aws:iam::000000000000:role/a"]);
    const [role] = roles.values();
    expect(role).toMatchObject({
      maxSessionDurationSeconds: 3600,
      id: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    });
    expect(role?.policies).toHaveLength(2);
    expect([...parseRoles([{ name: "a", policies: [] }]).values()][0]?.id).toBe(role?.id);
    expect([...parseRoles([{ name: "b", policies: [] }]).values()][0]?.id).not.toBe(role?.id);
  });

  it.each(["", "a b", "a/b", "a".repeat(65), "한글"])("may not be called %j", (name) => {
    expect(refusal({ name, policies: [] })).toMatch(/name is 1 to 64 characters/);
  });

  it("have names that differ in more than case", () => {
    expect(refusal({ name: "Role", policies: [] }, { name: "role", policies: [] })).toBe(
      'role "role": there are two of that name',
    );
  });

  it.each([3599, 43_201, 3600.5, Number.NaN])("may not have sessions of up to %d seconds", (seconds) => {
    expect(refusal({ name: "a", policies: [], maxSessionDurationSeconds: seconds })).toMatch(
      /maxSessionDurationSeconds is 3600 to 43200/,
    );
  });

  it("name the policy that cannot be read, and why", () => {
    const policies = [READ, { ...READ, Version: "2020-01-01" }];
    expect(refusal({ name: "a", policies })).toMatch(/^role "a": policies\[1\]: .*"2020-01-01"/);
    expect(refusal({ name: "a", policies: [], trustPolicy: READ })).toMatch(/^role "a": trustPolicy: /);
    expect(refusal({ name: "a", policies: ["{"] })).toMatch(/^role "a": policies\[0\]: /);
  });
});
