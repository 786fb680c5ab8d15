import { ACCOUNT_ID } from "./account.ts";
import {
  ACCOUNT,
  type RoleSession,
  type ServiceCaller,
  type SessionTimes,
  type SignedCaller,
  toSessionArn,
} from "./caller.ts";
import type { AccountCredentials, Credentials } from "./credentials.ts";
import { parseRoles, type Role, type RoleOptions, toRoleArn } from "./role.ts";
import { createSessionKeys, SESSION_KEY_PREFIX } from "./session-keys.ts";
import { createSessionSealer, type SessionClaims } from "./session-token.ts";

/** Who may sign here: the account, with keys that last, and sessions, with keys that expire. */
export interface Identities {
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Which secret and which caller stand behind an access key id. */
  findAccessKey(claim: KeyClaim, now: Date): KeyLookup;
  /** @param options.role - absent for a session of the account itself */
  issueSession(options: { role?: NewRoleSession; durationSeconds: number; now: Date }): IssuedSession;
  /** From here on every session that was issued until now is expired. Forgotten when the process ends. */
  expireSessions(now: Date): void;
}

/** What a request says of its keys. */
export interface KeyClaim {
  accessKeyId: string;
  /** An empty one counts as none. */
  sessionToken: string | undefined;
}

type KeyLookup =
  | { ok: true; secretAccessKey: string; caller: SignedCaller | ServiceCaller }
  | { ok: false; reason: "unknown-key" | "invalid-token" | "expired-token"; note: string };

export type NewRoleSession = Pick<
  RoleSession,
  "role" | "sessionName" | "sessionPolicy" | "tags" | "transitiveTagKeys" | "sourceIdentity"
>;

export interface IssuedSession {
  credentials: Required<Credentials>;
  expiresAt: Date;
}

/**
 * @param options.sessionKey - 32 secret bytes: whoever has them can make sessions
 * @throws {Error} for roles that IAM would not take
 */
export function createIdentities(options: {
  credentials: AccountCredentials;
  sessionKey: Buffer;
  roles?: readonly RoleOptions[];
}): Identities {
  const { credentials } = options;
  const roles = parseRoles(options.roles ?? []);
  const sealer = createSessionSealer(options.sessionKey);
  let lastIssuedMs = Number.NEGATIVE_INFINITY;
  let expiredUntilMs = Number.NEGATIVE_INFINITY;

  const findSession = (claims: SessionClaims, now: Date): KeyLookup => {
    const isEnded = claims.service === undefined && claims.issuedAtMs <= expiredUntilMs;
    // Amazon notices the expiry first, even of a session whose role is gone.
    if (now.getTime() >= claims.expiresAtMs || isEnded) {
      return refusal("expired-token", "the session has expired");
    }
    const caller = toCaller(claims, roles);
    if (caller === undefined) return refusal("unknown-key", "the session's role is gone");
    return { ok: true, secretAccessKey: claims.secretAccessKey, caller };
  };

  return {
    roles,
    findAccessKey({ accessKeyId, sessionToken }, now) {
      const hasToken = sessionToken !== undefined && sessionToken !== "";
      if (accessKeyId === credentials.accessKeyId) {
        if (hasToken) return refusal("invalid-token", "the account's own keys have no session token");
        return { ok: true, secretAccessKey: credentials.secretAccessKey, caller: ACCOUNT };
      }
      if (!hasToken) {
        const isTemporary = accessKeyId.startsWith(SESSION_KEY_PREFIX);
        return refusal("unknown-key", isTemporary ? "the session token is missing" : "no such key");
      }
      const claims = sealer.open(sessionToken);
      if (claims === undefined) return refusal("invalid-token", "the session token was not issued here");
      if (claims.accessKeyId !== accessKeyId) {
        return refusal("unknown-key", "the session token belongs to another key");
      }
      return findSession(claims, now);
    },
    issueSession({ role, durationSeconds, now }) {
      // Two sessions of one moment, with `expireSessions` between them, must not be taken for each other.
      const issuedAtMs = Math.max(now.getTime(), expiredUntilMs + 1);
      lastIssuedMs = Math.max(lastIssuedMs, issuedAtMs);
      const expiresAtMs = Math.floor(now.getTime() / 1000 + durationSeconds) * 1000; // Amazon's are whole seconds
      const key = createSessionKeys();
      const sessionToken = sealer.seal({ ...key, issuedAtMs, expiresAtMs, ...toRoleClaims(role) });
      return { credentials: { ...key, sessionToken }, expiresAt: new Date(expiresAtMs) };
    },
    expireSessions(now) {
      expiredUntilMs = Math.max(lastIssuedMs, now.getTime()); // a clock may have gone backwards
    },
  };
}

function refusal(reason: (KeyLookup & { ok: false })["reason"], note: string): KeyLookup {
  return { ok: false, reason, note };
}

function toRoleClaims(session: NewRoleSession | undefined): Pick<SessionClaims, "role"> {
  if (session === undefined) return {};
  const { role, sessionName, sessionPolicy, sourceIdentity } = session;
  return {
    role: {
      name: role.name,
      sessionName,
      tags: [...session.tags],
      transitiveTagKeys: [...session.transitiveTagKeys],
      ...(sessionPolicy === undefined ? {} : { policy: sessionPolicy }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    },
  };
}

/** @returns `undefined` when the role is not there any more */
function toCaller(
  claims: SessionClaims,
  roles: ReadonlyMap<string, Role>,
): SignedCaller | ServiceCaller | undefined {
  if (claims.service !== undefined) {
    const { name, sourceArn } = claims.service;
    return { kind: "service", accountId: ACCOUNT_ID, service: name, sourceArn, session: undefined };
  }
  const session: SessionTimes = {
    issuedAt: new Date(claims.issuedAtMs),
    expiresAt: new Date(claims.expiresAtMs),
  };
  if (claims.role === undefined) return { ...ACCOUNT, session };
  const { name, sessionName, policy, tags, transitiveTagKeys, sourceIdentity } = claims.role;
  const role = roles.get(toRoleArn(name));
  if (role === undefined) return undefined;
  return {
    kind: "role-session",
    accountId: ACCOUNT_ID,
    role,
    roleArn: role.arn,
    sessionName,
    sessionArn: toSessionArn(name, sessionName),
    sessionPolicy: policy,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    session,
  };
}
