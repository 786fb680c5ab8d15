import { describe, expect, it } from "vitest";
import { createTokenKeeper, type AccessToken } from "./token-keeper.ts";

/** Tokens that live for 100 s and are numbered, by a clock of the test's. */
function keep(options: { fails?: () => boolean } = {}) {
  const clock = { nowMs: 1_000_000 };
  let count = 0;
  const issue = (): AccessToken => ({
    accessToken: `t${++count}`,
    obtainedAtMs: clock.nowMs,
    expiresAtMs: clock.nowMs + 100_000,
  });
  const token = createTokenKeeper({
    nowMs: () => clock.nowMs,
    async renew() {
      await Promise.resolve();
      if (options.fails?.()) throw new Error("The provider is down.");
      return issue();
    },
  });
  return { clock, token: (refused?: string) => token({ refused }), issued: () => count };
}

describe("a token keeper", () => {
  it("gets one token for all who ask at once, and keeps it until shortly before its end", async () => {
    const { clock, token, issued } = keep();
    expect(await Promise.all([token(), token(), token()])).toEqual(["t1", "t1", "t1"]);
    clock.nowMs += 74_999;
    expect(await token()).toBe("t1");
    clock.nowMs += 1;
    expect(await token()).toBe("t2");
    expect(issued()).toBe(2);
  });

  it("gets another when the API has refused it, and not for a refusal of one before", async () => {
    const { token } = keep();
    expect(await token()).toBe("t1");
    expect(await token("t1")).toBe("t2");
    expect(await token("t1")).toBe("t2");
  });

  it("goes on with what it has while there is no other, and as long as it serves", async () => {
    let fails = false;
    const { clock, token } = keep({ fails: () => fails });
    expect(await token()).toBe("t1");
    fails = true;
    clock.nowMs += 99_999;
    expect(await token()).toBe("t1");
    await expect(token("t1")).rejects.toThrow("The provider is down.");
    clock.nowMs += 1;
    await expect(token()).rejects.toThrow("The provider is down.");
    fails = false;
    expect(await token()).toBe("t2");
  });
});
