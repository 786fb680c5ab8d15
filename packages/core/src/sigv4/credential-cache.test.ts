import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCredentialCache, type TemporaryCredentials } from "./credential-cache.ts";

const HOUR_MS = 3_600_000;

/** A clock that stands still, and a source of credentials that answers when it is told to. */
function createWorld(lifetimeMs = HOUR_MS) {
  const world = {
    nowMs: Date.UTC(2026, 0, 1),
    loads: [] as PromiseWithResolvers<TemporaryCredentials>[],
    issued: 0,
    /** Answer the only load under way. */
    answer: async (): Promise<void> => {
      const [load] = world.loads.splice(0);
      world.issued += 1;
      load?.resolve({
        accessKeyId: `key-${world.issued}`,
        secretAccessKey: "secret",
        sessionToken: "token",
        expiration: new Date(world.nowMs + lifetimeMs),
      });
      await load?.promise;
    },
    fail: async (): Promise<void> => {
      const [load] = world.loads.splice(0);
      load?.reject(new Error("no answer"));
      await load?.promise.catch(() => {});
    },
  };
  const get = createCredentialCache({
    now: () => new Date(world.nowMs),
    load: () => {
      const load = Promise.withResolvers<TemporaryCredentials>();
      world.loads.push(load);
      return load.promise;
    },
  });
  return { world, get };
}

describe("cached credentials", () => {
  it("are fetched once for all who wait", async () => {
    const { world, get } = createWorld();
    const waiting = [get(), get(), get()];
    expect(world.loads).toHaveLength(1);
    await world.answer();
    expect(await Promise.all(waiting)).toMatchObject(waiting.map(() => ({ accessKeyId: "key-1" })));
  });

  it("are renewed from the middle of their life on, and nobody waits for it", async () => {
    const { world, get } = createWorld();
    void get();
    await world.answer();
    world.nowMs += HOUR_MS / 2 - 1;
    await get();
    expect(world.loads).toHaveLength(0);
    world.nowMs += 1;
    expect((await get()).accessKeyId).toBe("key-1");
    expect((await get()).accessKeyId).toBe("key-1");
    expect(world.loads).toHaveLength(1);
    await world.answer();
    expect((await get()).accessKeyId).toBe("key-2");
    expect(world.loads).toHaveLength(0);
  });

  it("serve on when a renewal fails, which is tried again only after a pause", async () => {
    const { world, get } = createWorld();
    void get();
    await world.answer();
    world.nowMs += HOUR_MS / 2;
    await get();
    await world.fail();
    world.nowMs += 9999;
    expect((await get()).accessKeyId).toBe("key-1");
    expect(world.loads).toHaveLength(0);
    world.nowMs += 1;
    expect((await get()).accessKeyId).toBe("key-1");
    expect(world.loads).toHaveLength(1);
  });

  it("are waited for in the last minute, and the failure is told to all who wait", async () => {
    const { world, get } = createWorld();
    void get();
    await world.answer();
    world.nowMs += HOUR_MS - 60_000;
    expect((await get()).accessKeyId).toBe("key-1");
    await world.fail();
    world.nowMs += 1;
    const waiting = Promise.allSettled([get(), get()]);
    expect(world.loads).toHaveLength(1);
    await world.fail();
    expect(await waiting).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    const after = get(); // no pause where there is nothing to serve with
    await world.answer();
    expect((await after).accessKeyId).toBe("key-2");
  });

  it("are fetched again after a failure of any kind, also one before the first promise", async () => {
    const failing = [
      () => Promise.reject(new Error("refused")),
      () => {
        throw new Error("no network");
      },
    ];
    for (const fail of failing) {
      let calls = 0;
      const expiration = new Date(HOUR_MS);
      const get = createCredentialCache({
        now: () => new Date(0),
        load: () => {
          calls += 1;
          if (calls === 1) return fail();
          return Promise.resolve({
            accessKeyId: "a",
            secretAccessKey: "s",
            sessionToken: "t",
            expiration,
          });
        },
      });
      await expect(get()).rejects.toThrow(Error);
      expect(await get()).toMatchObject({ expiration });
    }
  });

  it("are refused when they have ended before they came", async () => {
    const { world, get } = createWorld(0);
    const waiting = get();
    await world.answer();
    await expect(waiting).rejects.toMatchObject({ code: "STORAGE_DENIED" });
  });

  it("never come from two fetches at once, and never after their end", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: HOUR_MS }) }),
      fc.record({ kind: fc.constantFrom("get" as const, "answer" as const, "fail" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { world, get } = createWorld();
        const got: Promise<unknown>[] = [];
        for (const taken of steps) {
          if (taken.kind === "wait") world.nowMs += taken.ms;
          else if (taken.kind === "get") {
            const askedAtMs = world.nowMs;
            const check = (credentials: TemporaryCredentials): void =>
              expect(credentials.expiration.getTime()).toBeGreaterThan(askedAtMs);
            got.push(
              get().then(check, (error: unknown) => expect(error).toMatchObject({ message: "no answer" })),
            );
          } else await world[taken.kind]();
          await Promise.resolve();
          expect(world.loads.length).toBeLessThanOrEqual(1);
        }
        while (world.loads.length > 0) await world.answer();
        await Promise.all(got);
      }),
    );
  });
});
