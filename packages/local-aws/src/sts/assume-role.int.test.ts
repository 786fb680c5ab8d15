import { GetObjectCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, type AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ROOT_ARN } from "../identity/account.ts";
import { toSessionArn } from "../identity/caller.ts";
import type { Credentials } from "../identity/credentials.ts";
import { toRoleArn } from "../identity/role.ts";
import { allow, assumeRole } from "../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient } from "../testing/s3-under-test.ts";
import { callSts, identify, outcomeOf, sendSts, withSts } from "./testing/send-sts.ts";
import { TRUSTING_ROLES } from "./testing/trusting-roles.ts";

let s3: StandIn;
let now: Date | undefined;

beforeAll(async () => {
  s3 = await openStandIn({ clock: () => now ?? new Date(), roles: TRUSTING_ROLES });
});
afterAll(() => s3.close());
beforeEach(() => {
  now = undefined;
  s3.lines.length = 0;
});

describe("AssumeRole", () => {
  const assume = (input: Partial<AssumeRoleCommandInput> = {}, credentials: Credentials = s3.credentials) =>
    withSts(s3, credentials, (client) =>
      client.send(new AssumeRoleCommand({ RoleArn: toRoleArn("plain"), RoleSessionName: "s1", ...input })),
    );

  it("gives a session that says who it is, and the size of what it is made of only if it is", async () => {
    const plain = await assume();
    expect(plain.AssumedRoleUser).toEqual({
      Arn: toSessionArn("plain", "s1"),
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:s1$/),
    });
    expect(plain.PackedPolicySize).toBeUndefined();
    expect(plain.SourceIdentity).toBeUndefined();
    const made = await assume({ Policy: allow("s3:*", "*"), Tags: [{ Key: "a", Value: "b" }] });
    expect(made.PackedPolicySize).toBeGreaterThan(0);
    expect(made.PackedPolicySize).toBeLessThan(20);
  });

  it("gives sessions that end at their time, everywhere", async () => {
    const { credentials, expiresAt } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    now = new Date(expiresAt.getTime() - 1);
    await identify(s3, credentials);
    now = expiresAt;
    await expect(identify(s3, credentials)).rejects.toMatchObject({
      name: "ExpiredToken",
      message: "The security token included in the request is expired",
      $metadata: { httpStatusCode: 403 },
    });
    const client = createClient({ ...s3, credentials });
    await expect(client.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: "ExpiredToken",
      $metadata: { httpStatusCode: 400 },
    });
    client.destroy();
  });

  it("gives sessions that end together on demand", async () => {
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    s3.aws.faults.expireCredentials();
    await expect(identify(s3, credentials)).rejects.toMatchObject({ name: "ExpiredToken" });
    const { credentials: next } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    await identify(s3, next);
  });

  it("serves a client that fetches its credentials when it needs them", async () => {
    const provider = async () => {
      const { credentials, expiresAt } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
      return { ...credentials, expiration: expiresAt };
    };
    const client = createClient(s3, { credentials: provider });
    const missing = client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: "missing" }));
    await expect(missing).rejects.toMatchObject({ name: "NoSuchKey" });
    client.destroy();
  });

  const pattern = String.raw`Member must satisfy regular expression pattern: [\w+=,.@-]*`;
  it.each([
    [
      { RoleArn: "" },
      /^2 validation errors detected: Value '' at 'roleArn' .* length greater than or equal to 20$/,
    ],
    [{ RoleArn: "x".repeat(20) }, "x".repeat(20).concat(" is invalid")],
    [{ RoleSessionName: "a" }, /^1 validation error detected: Value 'a' at 'roleSessionName' .* equal to 2$/],
    [
      { RoleSessionName: "a b" },
      `1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: ${pattern}`,
    ],
    [
      { RoleSessionName: "!", ExternalId: "a" },
      /^3 validation errors detected: .*pattern.*; Value '!' at .*; Value 'a' at 'externalId'/,
    ],
    [{ SourceIdentity: "a".repeat(65) }, /less than or equal to 64$/],
    [{ Policy: " ".repeat(2049) }, /at 'policy' .* less than or equal to 2048$/],
    [
      { DurationSeconds: "899" },
      /^1 validation error detected: Value '899' at .* greater than or equal to 900$/,
    ],
    [{ DurationSeconds: "43201" }, /less than or equal to 43200$/],
    [
      { RoleArn: toRoleArn("short"), DurationSeconds: "3601" },
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ],
    [{ "Tags.member.1.Key": "aws:a" }, /aws:/],
    [{ "Tags.member.1.Key": "a", "Tags.member.2.Key": "A" }, /^Duplicate tag keys found/],
    [{ "TransitiveTagKeys.member.1": "a" }, /transitive tag key/],
  ])("is a ValidationError with %o", async (parameters, message) => {
    const usual = { RoleArn: toRoleArn("plain"), RoleSessionName: "s1" };
    const [status, code, received] = outcomeOf(await callSts(s3, "AssumeRole", { ...usual, ...parameters }));
    expect([status, code]).toEqual([400, "ValidationError"]);
    if (typeof message === "string") expect(received).toBe(message);
    else expect(received).toMatch(message);
  });

  it.each(["abc", "900.0", "", "2147483648", "1e3"])(
    "is MalformedInput for %j seconds",
    async (DurationSeconds) => {
      const parameters = { RoleArn: toRoleArn("plain"), RoleSessionName: "s1", DurationSeconds };
      const [status, code] = outcomeOf(await callSts(s3, "AssumeRole", parameters));
      expect([status, code]).toEqual([400, "MalformedInput"]);
    },
  );

  it("needs both names", async () => {
    const null_ = (name: string): string =>
      `Value null at '${name}' failed to satisfy constraint: Member must not be null`;
    expect(outcomeOf(await callSts(s3, "AssumeRole"))[2]).toBe(
      `2 validation errors detected: ${null_("roleArn")}; ${null_("roleSessionName")}`,
    );
  });

  it("is AccessDenied for roles that are not there or do not trust the caller, in the same words", async () => {
    for (const role of ["nowhere", "external", "of-plain"]) {
      await expect(assume({ RoleArn: toRoleArn(role) })).rejects.toMatchObject({
        name: "AccessDenied",
        message: `User: ${ROOT_ARN} is not authorized to perform: sts:AssumeRole on resource: ${toRoleArn(role)}`,
        $metadata: { httpStatusCode: 403 },
      });
    }
    expect(s3.lines[0]).toMatch(/^403 AccessDenied sts:AssumeRole: .*: there is no such role$/);
    expect(s3.lines[1]).toMatch(/: implicit-deny by trust policy$/);
  });

  it("asks the trust policy for the external id", async () => {
    const RoleArn = toRoleArn("external");
    await assume({ RoleArn, ExternalId: "right" });
    await expect(assume({ RoleArn, ExternalId: "wrong" })).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("asks it for the source identity, which then stays for the whole chain", async () => {
    const RoleArn = toRoleArn("sourced");
    const denied = (action: string) => ({
      name: "AccessDenied",
      message: `User: ${ROOT_ARN} is not authorized to perform: ${action} on resource: ${RoleArn}`,
    });
    await expect(assume({ RoleArn })).rejects.toMatchObject(denied("sts:AssumeRole"));
    await expect(assume({ RoleArn, SourceIdentity: "bob" })).rejects.toMatchObject(
      denied("sts:SetSourceIdentity"),
    );
    expect((await assume({ RoleArn, SourceIdentity: "alice" })).SourceIdentity).toBe("alice");
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain"), SourceIdentity: "carol" });
    const next = { RoleArn: toRoleArn("of-plain") };
    expect((await assume(next, credentials)).SourceIdentity).toBe("carol");
    expect((await assume({ ...next, SourceIdentity: "carol" }, credentials)).SourceIdentity).toBe("carol");
    await expect(assume({ ...next, SourceIdentity: "dave" }, credentials)).rejects.toMatchObject({
      name: "ValidationError",
      message: "The source identity is already set for this assume role session",
    });
  });

  it("asks it for tags, of which the transitive ones stay for the whole chain", async () => {
    const tag = (Key: string, Value: string) => ({ Key, Value });
    await expect(assume({ RoleArn: toRoleArn("untagged"), Tags: [tag("a", "b")] })).rejects.toMatchObject({
      message: `User: ${ROOT_ARN} is not authorized to perform: sts:TagSession on resource: ${toRoleArn("untagged")}`,
    });
    const RoleArn = toRoleArn("teams");
    await assume({ RoleArn, Tags: [tag("Team", "red")] });
    await expect(assume({ RoleArn, Tags: [tag("Team", "blue")] })).rejects.toThrow("sts:TagSession");
    await expect(assume({ RoleArn, Tags: [tag("Team", "red"), tag("x", "y")] })).rejects.toThrow(
      "sts:TagSession",
    );
    const { credentials } = await assumeRole(s3, {
      RoleArn: toRoleArn("plain"),
      Tags: [tag("Kept", "1"), tag("Dropped", "2")],
      TransitiveTagKeys: ["kept"],
    });
    const next = { RoleArn: toRoleArn("of-plain") };
    expect((await assume(next, credentials)).PackedPolicySize).toBeGreaterThan(0);
    await assume({ ...next, Tags: [tag("dropped", "3")] }, credentials);
    await expect(assume({ ...next, Tags: [tag("KEPT", "4")] }, credentials)).rejects.toMatchObject({
      name: "ValidationError",
    });
  });

  it("gives the sessions of sessions an hour at most, and needs the leave of both sides", async () => {
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    const RoleArn = toRoleArn("of-plain");
    expect((await assume({ RoleArn, DurationSeconds: 3600 }, credentials)).AssumedRoleUser?.Arn).toBe(
      toSessionArn("of-plain", "s1"),
    );
    await expect(assume({ DurationSeconds: 3601 }, credentials)).rejects.toMatchObject({
      message:
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    });
    await expect(assume({ RoleArn: toRoleArn("of-nobody") }, credentials)).rejects.toMatchObject({
      message: `User: ${toSessionArn("plain", "test-session")} is not authorized to perform: sts:AssumeRole on resource: ${toRoleArn("of-nobody")}`,
    });
    const { credentials: narrow } = await assumeRole(s3, {
      RoleArn: toRoleArn("plain"),
      Policy: allow("s3:*", "*"),
    });
    await expect(assume({ RoleArn }, narrow)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("refuses session policies that cannot be read, or are too large when packed", async () => {
    await expect(assume({ Policy: "{}" })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      $metadata: { httpStatusCode: 400 },
    });
    const many = Array.from({ length: 60 }, (_, index) => `arn:aws:s3:::bucket-${index}/*`);
    await expect(assume({ Policy: allow("s3:GetObject", many) })).rejects.toMatchObject({
      name: "PackedPolicyTooLargeException",
      message: expect.stringMatching(/^Packed policy consumes \d{3}% of allotted space/),
    });
  });

  it("refuses what it does not know, and ignores what nobody knows", async () => {
    const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }];
    await expect(assume({ PolicyArns })).rejects.toMatchObject({
      name: "NotImplemented",
      $metadata: { httpStatusCode: 501 },
    });
    await expect(assume({ SerialNumber: "123456789", TokenCode: "123456" })).rejects.toMatchObject({
      name: "NotImplemented",
    });
    const parameters = { RoleArn: toRoleArn("plain"), RoleSessionName: "s1", Unknown: "value" };
    expect((await callSts(s3, "AssumeRole", parameters)).status).toBe(200);
  });

  it("takes the first of repeated parameters", async () => {
    const usual = [
      ["Action", "AssumeRole"],
      ["Version", "2011-06-15"],
      ["RoleArn", toRoleArn("plain")],
    ] as const;
    expect((await sendSts(s3, [...usual, ["RoleSessionName", "s1"], ["RoleSessionName", "!"]])).status).toBe(
      200,
    );
    expect((await sendSts(s3, [...usual, ["RoleSessionName", "!"], ["RoleSessionName", "s1"]])).status).toBe(
      400,
    );
  });
});
