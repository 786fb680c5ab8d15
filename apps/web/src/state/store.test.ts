import { describe, expect, it } from "vitest";
import { createStore } from "./store.ts";

const add = (state: number, event: number) => state + event;

describe("createStore", () => {
  it("tells its listeners the new state and the one before", () => {
    const store = createStore(add, 1);
    const seen: number[][] = [];
    store.subscribe((state, before) => seen.push([state, before]));
    store.dispatch(2);
    expect(seen).toEqual([[3, 1]]);
    expect(store.state).toBe(3);
  });

  it("is silent when nothing changed", () => {
    const store = createStore(add, 1);
    store.subscribe(() => expect.unreachable());
    store.dispatch(0);
  });

  it("lets every listener see every state in order, also when one dispatches", () => {
    const store = createStore(add, 0);
    const seen: number[] = [];
    store.subscribe((state) => {
      if (state === 1) store.dispatch(10);
    });
    store.subscribe((state) => void seen.push(state));
    store.dispatch(1);
    expect(seen).toEqual([1, 11]);
  });
});
