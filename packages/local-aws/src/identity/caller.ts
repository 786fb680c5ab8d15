import { ACCOUNT_ID, ROOT_ARN } from "./account.ts";
import type { Role } from "./role.ts";

/** Who sends a request, once its signature is believed. Policies know it under the same `kind`. */
export type Caller = AnonymousCaller | SignedCaller | ServiceCaller;
export type SignedCaller = AccountCaller | RoleSession;

/** Nobody in particular: the request was not signed. */
export interface AnonymousCaller {
  readonly kind: "anonymous";
}

/** The root user of the account, with its own keys or with a session of GetSessionToken. */
export interface AccountCaller {
  readonly kind: "account";
  readonly accountId: string;
  readonly session: SessionTimes | undefined;
}

/** Somebody who assumed a role. */
export interface RoleSession {
  readonly kind: "role-session";
  readonly accountId: string;
  readonly role: Role;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly sessionArn: string;
  /** JSON, as given to AssumeRole: what the session may do at most. */
  readonly sessionPolicy: string | undefined;
  /** Also those that came from the session before. */
  readonly tags: readonly SessionTag[];
  /** Those that the next session of a chain gets, too. */
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly session: SessionTimes;
}

/** A service of Amazon's that calls for one of the account's resources, such as CloudFront for a distribution. */
export interface ServiceCaller {
  readonly kind: "service";
  readonly accountId: string;
  /** `cloudfront.amazonaws.com` */
  readonly service: string;
  /** Of the resource. */
  readonly sourceArn: string;
  /** Services have their own ways to renew their keys: no session ends for them. */
  readonly session: undefined;
}

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

export interface SessionTimes {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export const ANONYMOUS: AnonymousCaller = { kind: "anonymous" };

export const ACCOUNT: AccountCaller = { kind: "account", accountId: ACCOUNT_ID, session: undefined };

/** As GetCallerIdentity and every AccessDenied name the caller. */
export function callerArn(caller: SignedCaller): string {
  return caller.kind === "account" ? ROOT_ARN : caller.sessionArn;
}

/** `aws:userid`. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function callerUserId(caller: Caller): string {
  if (caller.kind === "anonymous") return "anonymous";
  if (caller.kind === "service") return `svc:${caller.service}`;
  return caller.kind === "account" ? caller.accountId : `${caller.role.id}:${caller.sessionName}`;
}

export function toSessionArn(roleName: string, sessionName: string): string {
  return `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${sessionName}`;
}
