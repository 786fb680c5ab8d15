import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PRESIGN_SECONDS } from "../s3-limits.ts";
import { grantExpiry } from "./grant-expiry.ts";

const keys = { accessKeyId: "a", secretAccessKey: "s" };
const session = { ...keys, sessionToken: "t" };
const now = new Date("2026-11-23T10:00:00.400Z");
const refused = expect.objectContaining({ code: "EXPIRY_TOO_SHORT" }) as Error;

const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const wholeSecond = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000;

describe("grantExpiry", () => {
  it("is the shortest of what was asked, the policy, S3's week and what is left, to the second", () => {
    const seconds = fc.integer({ min: 30, max: 1_000_000 });
    fc.assert(
      fc.property(fc.option(seconds, { nil: undefined }), seconds, seconds, (asked, policy, left) => {
        const credentials = { ...session, expiration: inSeconds(left) };
        const { expiresIn } = grantExpiry({ asked, policy, credentials, now });
        expect(expiresIn).toBe(Math.min(asked ?? policy, policy, left, MAX_PRESIGN_SECONDS));
      }),
    );
  });

  it("across a session's whole life never ends behind it, and is refused only in its last half minute", () => {
    const endMs = Date.UTC(2026, 10, 23, 11);
    const lastSeconds = fc.integer({ min: endMs - 100_000, max: endMs + 5000 });
    const moments = fc.oneof(fc.integer({ min: endMs - 3_600_000, max: endMs }), lastSeconds);
    const asked = fc.option(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5000 })), {
      nil: undefined,
    });
    const jitterMs = fc.integer({ min: -999, max: 999 }); // STS names whole seconds; others need not
    fc.assert(
      fc.property(
        moments,
        asked,
        fc.integer({ min: 1, max: 5000 }),
        jitterMs,
        (nowMs, wanted, policy, jitter) => {
          const expiration = new Date(endMs + jitter);
          const options = {
            asked: wanted,
            policy,
            credentials: { ...session, expiration },
            now: new Date(nowMs),
          };
          const leftSeconds = Math.floor((expiration.getTime() - wholeSecond(options.now)) / 1000);
          if (leftSeconds < Math.min(30, wanted ?? policy, policy)) {
            expect(() => grantExpiry(options)).toThrow(refused);
            return;
          }
          const { expiresIn, expiresAt } = grantExpiry(options);
          expect(expiresAt.getTime()).toBeLessThanOrEqual(expiration.getTime());
          // The end as S3 computes it, from X-Amz-Date and X-Amz-Expires
          expect(expiresAt.getTime()).toBe(wholeSecond(options.now) + expiresIn * 1000);
          expect(Number.isInteger(expiresIn) && expiresIn >= 1 && expiresIn <= policy).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("takes the policy's own when nothing is asked", () => {
    expect(grantExpiry({ policy: 900, credentials: keys, now })).toEqual({
      expiresIn: 900,
      expiresAt: new Date("2026-11-23T10:15:00Z"),
    });
  });

  it("trusts temporary credentials of unknown expiry for 15 minutes", () => {
    for (const asked of [undefined, 901, 604_800])
      expect(grantExpiry({ asked, policy: 604_800, credentials: session, now }).expiresIn).toBe(900);
    expect(grantExpiry({ asked: 899, policy: 3600, credentials: session, now }).expiresIn).toBe(899);
    expect(grantExpiry({ policy: 3600, credentials: keys, now }).expiresIn).toBe(3600);
  });

  it("refuses to sign with credentials that are about to end, unless less was asked for", () => {
    const ending = (seconds: number) => ({ ...session, expiration: inSeconds(seconds) });
    expect(grantExpiry({ policy: 900, credentials: ending(30), now }).expiresIn).toBe(30);
    expect(() => grantExpiry({ policy: 900, credentials: ending(29), now })).toThrow(refused);
    expect(() => grantExpiry({ policy: 900, credentials: ending(29), now })).toThrow("end in 29 seconds");
    expect(() => grantExpiry({ policy: 900, credentials: ending(-60), now })).toThrow("end in 0 seconds");
    expect(() => grantExpiry({ asked: 30, policy: 900, credentials: ending(29), now })).toThrow(refused);
    expect(grantExpiry({ asked: 5, policy: 900, credentials: ending(29), now }).expiresIn).toBe(5);
    expect(grantExpiry({ asked: 1, policy: 900, credentials: keys, now }).expiresIn).toBe(1);
  });

  it.each([0, -1, 0.9, Number.NaN])("refuses %d seconds, which S3 does not take", (asked) => {
    expect(() => grantExpiry({ asked, policy: 900, credentials: keys, now })).toThrow(refused);
  });

  it("rounds down what was asked", () => {
    expect(grantExpiry({ asked: 60.9, policy: 900, credentials: keys, now }).expiresIn).toBe(60);
  });
});
