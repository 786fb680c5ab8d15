import { setImmediate as soon } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTurns, type Turns } from "./turns.ts";

const { signal } = new AbortController();

/** Who comes, under a name; `entered` holds who is in, in the order in which they came in. */
function visitorsOf(turns: Turns) {
  const entered: string[] = [];
  const inside = new Map<string, Disposable>();
  return {
    entered,
    come: async (name: string, until = signal) => {
      const turn = await turns.take(until);
      entered.push(name);
      inside.set(name, turn);
    },
    leave: async (name: string) => {
      inside.get(name)?.[Symbol.dispose]();
      await soon();
    },
  };
}

describe("turns", () => {
  it("let in so many at once, first come first served", async () => {
    const { entered, come, leave } = visitorsOf(createTurns(2));
    const all = Promise.all(["a", "b", "c", "d"].map((name) => come(name)));
    await soon();
    expect(entered).toEqual(["a", "b"]);
    await leave("b");
    expect(entered).toEqual(["a", "b", "c"]);
    await leave("a");
    await all;
    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  it("let those who have waited go in together, where they are told to", async () => {
    const { entered, come, leave } = visitorsOf(createTurns(2, true));
    const all = Promise.all(["a", "b", "c", "d", "e"].map((name) => come(name)));
    await soon();
    expect(entered).toEqual(["a", "b"]);
    await leave("a");
    await all;
    const late = come("f");
    for (const name of ["b", "c"]) await leave(name);
    expect(entered).toEqual(["a", "b", "c", "d", "e"]);
    await leave("d");
    await late;
    expect(entered.at(-1)).toBe("f");
  });

  it("let go whoever gives up, and take no turn from others for it", async () => {
    const { entered, come, leave } = visitorsOf(createTurns(1));
    await come("a");
    const gaveUp = new AbortController();
    const impatient = come("b", gaveUp.signal);
    const patient = come("c");
    const reason = new Error("enough");
    gaveUp.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    await leave("a");
    await patient;
    expect(entered).toEqual(["a", "c"]);
    await expect(come("d", gaveUp.signal)).rejects.toBe(reason);
  });
});
