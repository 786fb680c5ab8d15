import { describe, expect, it } from "vitest";
import { initialLogin, login, type LoginEvent } from "./login.ts";

const after = (...events: LoginEvent[]) => events.reduce(login, initialLogin);

describe("login", () => {
  it("knows nobody until it is found out who it is", () => {
    expect(after()).toEqual({ state: "unknown" });
    expect(after({ type: "out" })).toEqual({ state: "out" });
    expect(after({ type: "in", name: "Alice" })).toEqual({ state: "in", name: "Alice", ended: false });
  });

  it("says why a login did not work, until the next try", () => {
    const failed = { type: "out", message: "The login was cancelled." } as const;
    expect(after(failed)).toEqual({ state: "out", message: "The login was cancelled." });
    expect(after(failed, { type: "left" })).toEqual({ state: "leaving" });
    expect(after(failed, { type: "left" }, { type: "came-back" })).toEqual({ state: "out" });
  });

  it("keeps the page of somebody whose login has ended, also while they log in again", () => {
    const ended = [{ type: "in", name: "Alice" }, { type: "ended" }] as const;
    expect(after(...ended)).toEqual({ state: "in", name: "Alice", ended: true });
    expect(after(...ended, { type: "left" }, { type: "came-back" })).toEqual(after(...ended));
    expect(after({ type: "out" }, { type: "ended" })).toEqual({ state: "out" });
  });
});
