import { createHash } from "node:crypto";
import { type PolicyDocument, PolicyError, type PolicyKind, parsePolicy } from "../policy/parse-policy.ts";
import { ACCOUNT_ID, ROOT_ARN } from "./account.ts";
import { toBase32 } from "./base32.ts";

/** As a user writes it down: as JSON, or as the object that the JSON would give. */
export type PolicySource = string | Readonly<Record<string, unknown>>;

export interface RoleOptions {
  /** 1 to 64 characters of `[\w+=,.@-]`, unlike any other role's, also in another case. */
  name: string;
  /** Who may assume it. Absent: the account, which may also give tags and a source identity. */
  trustPolicy?: PolicySource;
  /** What its sessions may do. */
  policies: readonly PolicySource[];
  /** 3,600 (as when absent) to 43,200. */
  maxSessionDurationSeconds?: number;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** `AROA…`, the same at every start. */
  readonly id: string;
  readonly trustPolicy: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
  readonly maxSessionDurationSeconds: number;
}

export function toRoleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
}

/**
 * Check the roles that a user asks for.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 *
 * @returns them by ARN
 * @throws {Error} that names the role and what is wrong with it
 */
export function parseRoles(options: readonly RoleOptions[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const names = new Set<string>();
  for (const role of options) {
    const name = role.name.toLowerCase();
    if (names.has(name)) throw new Error(`role ${JSON.stringify(role.name)}: there are two of that name`);
    names.add(name);
    roles.set(toRoleArn(role.name), parseRole(role));
  }
  return roles;
}

const NAME = /^[\w+=,.@-]{1,64}$/;
const MIN_MAX_DURATION_SECONDS = 3600;
const MAX_MAX_DURATION_SECONDS = 43_200;

function parseRole(options: RoleOptions): Role {
  const { name, maxSessionDurationSeconds = MIN_MAX_DURATION_SECONDS } = options;
  const refuse = (problem: string): Error => new Error(`role ${JSON.stringify(name)}: ${problem}`);
  if (!NAME.test(name)) throw refuse("a name is 1 to 64 characters of [A-Za-z0-9_+=,.@-]");
  const isDuration =
    Number.isInteger(maxSessionDurationSeconds) &&
    maxSessionDurationSeconds >= MIN_MAX_DURATION_SECONDS &&
    maxSessionDurationSeconds <= MAX_MAX_DURATION_SECONDS;
  if (!isDuration) {
    throw refuse(
      `maxSessionDurationSeconds is ${MIN_MAX_DURATION_SECONDS} to ${MAX_MAX_DURATION_SECONDS}, not ${maxSessionDurationSeconds}`,
    );
  }
  const parse = (source: PolicySource, kind: PolicyKind, where: string): PolicyDocument => {
    try {
      return parsePolicy(typeof source === "string" ? source : JSON.stringify(source), kind);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw refuse(`${where}: ${error.message} (${error.detail})`);
    }
  };
  return {
    name,
    arn: toRoleArn(name),
    id: toRoleId(name),
    trustPolicy: parse(options.trustPolicy ?? ACCOUNT_TRUST, "trust", "trustPolicy"),
    policies: options.policies.map((policy, index) => parse(policy, "identity", `policies[${index}]`)),
    maxSessionDurationSeconds,
  };
}

const ACCOUNT_TRUST: PolicySource = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { AWS: ROOT_ARN },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
  },
};

/** 21 characters, as Amazon's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function toRoleId(name: string): string {
  return `AROA${toBase32(createHash("sha256").update(`role ${name}`).digest()).slice(0, 17)}`;
}
