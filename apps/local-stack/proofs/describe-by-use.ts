import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decide, type Decision } from "./decisions.ts";
import type { GrantRow } from "./grants.ts";
import { twoPrincipals } from "./principals.ts";
import { sendRaw } from "./raw-request.ts";
import { openScene, type Api } from "./scene.ts";

/** Uses of what was granted to one pair of principals. */
const PER_PAIR = 25;

/**
 * Whatever somebody is granted is used, in every way that we can think of, to reach what is somebody else's. Then the
 * store is asked whether anything of that has changed.
 *
 * @param options.count - of uses; each of `decisions` in turn
 * @param options.grants - that have to be good for what they were meant for
 */
export function describeByUse(
  subject: string,
  open: () => Promise<[Api, ...AsyncDisposable[]]>,
  {
    decisions,
    grants,
    count,
  }: { decisions: readonly Decision[]; grants: readonly GrantRow[]; count: number },
): void {
  describe(`by use: ${subject}`, () => {
    let api: Api;
    let others: AsyncDisposable[];
    beforeAll(async () => {
      [api, ...others] = await open();
    });
    afterAll(async () => {
      for (const opened of [...others, api]) await opened[Symbol.asyncDispose]();
    });

    it(
      `reaches nothing of anybody else's, used in ${count} ways`,
      { timeout: 60_000 + count * 100 },
      async () => {
        let [next = 0] = fc.sample(fc.nat(decisions.length), 1); // a short run is not always about the same ones
        const done = new Set<string>();
        await fc.assert(
          fc.asyncProperty(
            twoPrincipals,
            fc.constantFrom("files", "drive"),
            async ({ attacker, victim }, collection) => {
              using scene = await openScene(api, { attacker, victim, collection });
              const breaches: string[] = [];
              for (let turn = 0; turn < PER_PAIR; turn++) {
                const decision = decisions[next++ % decisions.length];
                if (decision === undefined) throw new Error("There is nothing to try.");
                breaches.push(...(await decide(decision, scene)));
                done.add(decision.name);
              }
              expect([...breaches, ...(await scene.findDamage())]).toEqual([]);
            },
          ),
          { numRuns: Math.ceil(count / PER_PAIR), endOnFailure: true },
        );
        expect(done.size).toBe(Math.min(decisions.length, Math.ceil(count / PER_PAIR) * PER_PAIR));
      },
    );

    it.each(grants)("accepts $name, used as it was meant", async (grant) => {
      const pair = { attacker: { id: "u1", scopes: [] }, victim: { id: "u10", scopes: [] } };
      using scene = await openScene(api, { ...pair, collection: "files" });
      const { request } = await grant.obtain(scene);
      expect(await sendRaw(request)).toMatchObject({ status: 200 });
    });
  });
}
