import { describe, expect, it } from "vitest";
import { createServiceCredentials } from "./service-credentials.ts";
import { createIdentities, type Identities, type NewRoleSession } from "./create-identities.ts";
import type { Credentials } from "./credentials.ts";

const account = { accessKeyId: "AKIDACCOUNT", secretAccessKey: "account secret" };
const sessionKey = Buffer.alloc(32, 1);
const now = new Date("2026-11-22T12:00:00.500Z");

function open(roleNames: readonly string[] = ["reader"]): Identities {
  return createIdentities({
    credentials: account,
    sessionKey,
    roles: roleNames.map((name) => ({ name, policies: [] })),
  });
}

function issue(identities: Identities, options: Partial<NewRoleSession> = {}) {
  const [role] = identities.roles.values();
  if (role === undefined) throw new Error("no role");
  const session = { sessionPolicy: undefined, tags: [], transitiveTagKeys: [], sourceIdentity: undefined };
  return identities.issueSession({
    role: { role, sessionName: "s1", ...session, ...options },
    durationSeconds: 900,
    now,
  });
}

function find(identities: Identities, credentials: Credentials, secondsLater = 0) {
  const { accessKeyId, sessionToken } = credentials;
  return identities.findAccessKey(
    { accessKeyId, sessionToken },
    new Date(now.getTime() + secondsLater * 1000),
  );
}

describe("the account's keys", () => {
  it("stand for the account, for good, and without a token", () => {
    expect(find(open(), account, 1e9)).toMatchObject({
      ok: true,
      secretAccessKey: account.secretAccessKey,
      caller: { kind: "account", session: undefined },
    });
    expect(find(open(), { ...account, sessionToken: "x" })).toMatchObject({ reason: "invalid-token" });
    expect(find(open(), { ...account, accessKeyId: "AKIDOTHER" })).toMatchObject({ reason: "unknown-key" });
  });
});

describe("a session", () => {
  it("has keys in Amazon's form, and knows all that it was given", () => {
    const identities = open();
    const given = {
      sessionPolicy: "{}",
      tags: [{ key: "Team", value: "ü" }],
      transitiveTagKeys: ["Team"],
      sourceIdentity: "alice",
    };
    const { credentials, expiresAt } = issue(identities, given);
    expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(credentials.secretAccessKey).toHaveLength(40);
    expect(expiresAt).toEqual(new Date("2026-11-22T12:15:00Z"));
    expect(find(identities, credentials)).toMatchObject({
      ok: true,
      secretAccessKey: credentials.secretAccessKey,
      caller: { kind: "role-session", sessionName: "s1", session: { issuedAt: now, expiresAt }, ...given },
    });
  });

  it("of the account itself is the account's, and expires too", () => {
    const identities = open();
    const { credentials } = identities.issueSession({ durationSeconds: 900, now });
    expect(find(identities, credentials)).toMatchObject({
      caller: { kind: "account", session: { issuedAt: now } },
    });
    expect(find(identities, credentials, 900)).toMatchObject({ reason: "expired-token" });
  });

  it("is known by its own token only", () => {
    const identities = open();
    const { credentials } = issue(identities);
    const { credentials: other } = issue(identities);
    const { sessionToken: _token, ...bare } = credentials;
    expect(find(identities, bare)).toMatchObject({ reason: "unknown-key" });
    expect(find(identities, { ...bare, sessionToken: "" })).toMatchObject({ reason: "unknown-key" });
    expect(find(identities, { ...bare, sessionToken: other.sessionToken })).toMatchObject({
      reason: "unknown-key",
    });
    expect(find(identities, { ...bare, sessionToken: "nonsense" })).toMatchObject({
      reason: "invalid-token",
    });
  });

  it("outlives a restart, but not its role or its time", () => {
    const { credentials } = issue(open());
    expect(find(open(), credentials)).toMatchObject({ ok: true });
    expect(find(open(["other"]), credentials)).toMatchObject({ reason: "unknown-key" });
    expect(find(open(), credentials, 899.4)).toMatchObject({ ok: true });
    expect(find(open(), credentials, 899.5)).toMatchObject({ reason: "expired-token" });
    expect(find(open(["other"]), credentials, 900)).toMatchObject({ reason: "expired-token" });
  });

  it("expires on demand with all others, and none that comes after", () => {
    const identities = open();
    const { credentials: first } = issue(identities);
    const restarted = open();
    for (const all of [identities, restarted]) all.expireSessions(now);
    expect(find(identities, first)).toMatchObject({ reason: "expired-token" });
    expect(find(restarted, first)).toMatchObject({ reason: "expired-token" });
    const { credentials: second } = issue(identities); // at the very same time
    expect(find(identities, second)).toMatchObject({ ok: true });
    expect(find(identities, account)).toMatchObject({ ok: true });
  });
});

describe("a service", () => {
  const source = {
    service: "cloudfront.amazonaws.com",
    sourceArn: "arn:aws:cloudfront::000000000000:distribution/E",
  };
  const credentials = createServiceCredentials({ sessionKey, ...source })(now);

  it("is known by what the session key sealed, until it expires", () => {
    expect(find(open(), credentials)).toMatchObject({ ok: true, caller: { kind: "service", ...source } });
    expect(find(open(), credentials, 899)).toMatchObject({ ok: true });
    expect(find(open(), credentials, 900)).toMatchObject({ reason: "expired-token" });
  });

  it("keeps its keys when all sessions end", () => {
    const identities = open();
    identities.expireSessions(now);
    expect(find(identities, credentials)).toMatchObject({ ok: true });
  });

  it("is nobody with another key", () => {
    const forged = createServiceCredentials({ sessionKey: Buffer.alloc(32, 2), ...source })(now);
    expect(find(open(), forged)).toMatchObject({ reason: "invalid-token" });
  });
});
