import { AssumeRoleCommand, STSServiceException } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { createSigningRole } from "./signing-role.ts";

const now = new Date("2026-11-23T10:00:00Z");
const answered = {
  AccessKeyId: "ASIA",
  SecretAccessKey: "secret",
  SessionToken: "token",
  Expiration: new Date("2026-11-23T11:00:00Z"),
};

/** STS, as far as one call of it. */
function roleAnswering(answer: () => unknown, sent: unknown[] = []) {
  const send = async (command: unknown) => {
    sent.push(command);
    return answer();
  };
  return createSigningRole({
    sts: async () => ({ send }),
    roleArn: "arn:aws:iam::111122223333:role/signer",
    sessionName: "waybill",
    durationSeconds: 3600,
    now: () => now,
  });
}

function refusal(name: string, httpStatusCode: number): STSServiceException {
  return new STSServiceException({
    name,
    $fault: "client",
    $metadata: { httpStatusCode },
    message: "arn:secret",
  });
}

describe("createSigningRole", () => {
  it("assumes the role, and gives what it got", async () => {
    const sent: unknown[] = [];
    expect(await roleAnswering(() => ({ Credentials: answered }), sent)()).toEqual({
      accessKeyId: "ASIA",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: answered.Expiration,
    });
    expect(sent).toEqual([expect.any(AssumeRoleCommand)]);
    expect(sent).toMatchObject([
      {
        input: {
          RoleArn: "arn:aws:iam::111122223333:role/signer",
          RoleSessionName: "waybill",
          DurationSeconds: 3600,
        },
      },
    ]);
  });

  it.each(Object.keys(answered))("refuses an answer without %s", async (name) => {
    const get = roleAnswering(() => ({ Credentials: { ...answered, [name]: undefined } }));
    await expect(get()).rejects.toMatchObject({ code: "STORAGE_DENIED" });
  });

  it.each([
    ["Throttling", 400, "STORAGE_BUSY"],
    ["ThrottlingException", 400, "STORAGE_BUSY"],
    ["RequestLimitExceeded", 400, "STORAGE_BUSY"],
    ["ServiceUnavailable", 503, "STORAGE_BUSY"],
    ["AccessDenied", 403, "STORAGE_DENIED"],
    ["RegionDisabledException", 403, "STORAGE_DENIED"],
    ["ExpiredTokenException", 400, "STORAGE_DENIED"],
  ])("says of %s (HTTP %i): %s, and nothing that STS said", async (name, status, code) => {
    const get = roleAnswering(() => {
      throw refusal(name, status);
    });
    await expect(get()).rejects.toMatchObject({
      code,
      message: `STS refused to assume the role: ${name} (HTTP ${status}).`,
    });
  });

  it("says that STS cannot be reached", async () => {
    const get = roleAnswering(() => {
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    });
    await expect(get()).rejects.toMatchObject({
      code: "STORAGE_UNREACHABLE",
      message: "STS cannot be reached to assume the role (ECONNREFUSED).",
    });
  });
});
