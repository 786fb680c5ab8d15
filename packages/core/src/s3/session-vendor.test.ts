import { AssumeRoleCommand, STSServiceException } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { createSessionVendor } from "./session-vendor.ts";

const Credentials = {
  AccessKeyId: "ASIA",
  SecretAccessKey: "secret",
  SessionToken: "token",
  Expiration: new Date("2026-11-23T11:00:00Z"),
};
const session = { sessionName: "waybill-alice", durationSeconds: 3600, policy: "{}" };

function refusal(name: string, httpStatusCode: number): STSServiceException {
  const $metadata = { httpStatusCode };
  return new STSServiceException({ name, $fault: "client", $metadata, message: "" });
}

/** STS whose sessions get one of these answers after the other when they assume the role themselves. */
function vendorWhere(answers: (() => unknown)[]) {
  const tried: unknown[] = [];
  let destroyed = 0;
  const vend = createSessionVendor({
    roleArn: "arn:aws:iam::111122223333:role/sessions",
    sts: async () => ({ send: async () => ({ Credentials }) }),
    stsWith: async ({ accessKeyId }) => ({
      async send(command: unknown) {
        expect(accessKeyId).toBe("ASIA");
        tried.push(command);
        return answers.shift()?.();
      },
      destroy: () => void destroyed++,
    }),
  });
  return { vend, tried, destroyed: () => destroyed };
}

const refuse = () => {
  throw refusal("AccessDenied", 403);
};

describe("a session that is given away", () => {
  it("is tried once: it cannot assume the role again", async () => {
    const { vend, tried, destroyed } = vendorWhere([refuse]);
    const given = await Promise.all([vend(session), vend(session)]);
    expect([...given, await vend(session)]).toEqual(
      Array(3).fill(expect.objectContaining({ accessKeyId: "ASIA", sessionToken: "token" })),
    );
    expect(tried).toEqual([expect.any(AssumeRoleCommand)]);
    expect(tried).toMatchObject([{ input: { RoleArn: "arn:aws:iam::111122223333:role/sessions" } }]);
    expect(tried).not.toMatchObject([{ input: { Policy: "{}" } }]);
    expect(destroyed()).toBe(1);
  });

  it("is not given at all where it can", async () => {
    const { vend, tried } = vendorWhere([() => ({ Credentials })]);
    await expect(vend(session)).rejects.toMatchObject({ code: "ROUTE_UNAVAILABLE" });
    await expect(vend(session)).rejects.toMatchObject({ code: "ROUTE_UNAVAILABLE" });
    expect(tried).toHaveLength(1);
  });

  it.each([
    ["STORAGE_BUSY", refusal("Throttling", 400)],
    ["STORAGE_DENIED", refusal("InvalidClientTokenId", 403)],
    ["STORAGE_UNREACHABLE", Object.assign(new Error("no"), { code: "ECONNREFUSED" })],
  ])("is not given while nobody knows (%s), and tried again", async (code, error) => {
    const { vend } = vendorWhere([
      () => {
        throw error;
      },
      refuse,
    ]);
    await expect(vend(session)).rejects.toMatchObject({ code });
    await expect(vend(session)).resolves.toMatchObject({ accessKeyId: "ASIA" });
  });
});
