import { ROOT_ARN } from "../../identity/account.ts";
import { type PolicySource, type RoleOptions, toRoleArn } from "../../identity/role.ts";
import { allow } from "../../testing/assume-role.ts";

/** Roles whose trust policies ask for different things. */
export const TRUSTING_ROLES: readonly RoleOptions[] = [
  { name: "plain", policies: [allow(["s3:*", "sts:*"], "*")], maxSessionDurationSeconds: 43_200 },
  { name: "short", policies: [] },
  {
    name: "external",
    policies: [],
    trustPolicy: trust({ Condition: { StringEquals: { "sts:ExternalId": "right" } } }),
  },
  {
    name: "sourced",
    policies: [allow("sts:*", "*")],
    trustPolicy: trust({
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      Condition: { StringEquals: { "sts:SourceIdentity": "alice" } },
    }),
  },
  { name: "untagged", policies: [], trustPolicy: trust({}) },
  {
    name: "teams",
    policies: [],
    trustPolicy: trust({
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: { "aws:RequestTag/Team": "red" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["Team"] },
      },
    }),
  },
  {
    name: "of-plain",
    policies: [],
    trustPolicy: trust({
      Principal: { AWS: toRoleArn("plain") },
      Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }),
  },
  { name: "of-nobody", policies: [], trustPolicy: trust({ Principal: { AWS: toRoleArn("of-plain") } }) },
];

/** @param statement - lets the account assume the role, where it does not say otherwise */
function trust(statement: object): PolicySource {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: ROOT_ARN }, Action: "sts:AssumeRole", ...statement }],
  };
}
