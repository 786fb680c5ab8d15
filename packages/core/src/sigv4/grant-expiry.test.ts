import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grantExpiry } from "./grant-expiry.ts";

const keys = { accessKeyId: "a", secretAccessKey: "s" };
const now = new Date("2026-11-23T10:00:00.400Z");

describe("grantExpiry", () => {
  it("never outlives what was asked, the policy or the credentials", () => {
    const seconds = fc.integer({ min: 30, max: 1_000_000 });
    fc.assert(
      fc.property(seconds, seconds, seconds, (asked, policy, left) => {
        const expiration = new Date(now.getTime() + left * 1000);
        const credentials = { ...keys, sessionToken: "t", expiration };
        const { expiresIn, expiresAt } = grantExpiry({ asked, policy, credentials, now });
        expect(expiresIn).toBe(Math.min(asked, policy, left, 604_800));
        expect(expiresAt.getTime()).toBeLessThanOrEqual(expiration.getTime());
      }),
    );
  });

  it("takes the policy's own when nothing is asked", () => {
    expect(grantExpiry({ policy: 900, credentials: keys, now })).toEqual({
      expiresIn: 900,
      expiresAt: new Date("2026-11-23T10:15:00Z"),
    });
  });

  it("trusts temporary credentials of unknown expiry for 15 minutes", () => {
    const credentials = { ...keys, sessionToken: "t" };
    expect(grantExpiry({ policy: 3600, credentials, now }).expiresIn).toBe(900);
    expect(grantExpiry({ policy: 3600, credentials: keys, now }).expiresIn).toBe(3600);
  });

  it("refuses to sign with credentials that are about to end, unless less was asked for", () => {
    const credentials = { ...keys, sessionToken: "t", expiration: new Date(now.getTime() + 29_000) };
    const refused = expect.objectContaining({ code: "EXPIRY_TOO_SHORT" });
    expect(() => grantExpiry({ policy: 900, credentials, now })).toThrow(refused);
    expect(() => grantExpiry({ asked: 30, policy: 900, credentials, now })).toThrow(refused);
    expect(grantExpiry({ asked: 5, policy: 900, credentials, now }).expiresIn).toBe(5);
    expect(grantExpiry({ asked: 1, policy: 900, credentials: keys, now }).expiresIn).toBe(1);
  });
});
