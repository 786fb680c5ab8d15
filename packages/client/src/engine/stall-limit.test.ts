import { describe, expect, it } from "vitest";
import { createStallLimit } from "./stall-limit.ts";

describe("the limit for stalls", () => {
  it("is what was asked for until enough is known", () => {
    const limit = createStallLimit({ maxMs: 30_000 });
    for (let i = 0; i < 7; i++) limit.survived(100);
    expect(limit.currentMs()).toBe(30_000);
    limit.survived(100);
    expect(limit.currentMs()).toBe(5000);
  });

  it("leaves a slow line four times its longest pause", () => {
    const limit = createStallLimit({ maxMs: 30_000 });
    for (let i = 0; i < 10; i++) limit.survived(i === 5 ? 3000 : 100);
    expect(limit.currentMs()).toBe(12_000);
    for (let i = 0; i < 32; i++) limit.survived(100);
    expect(limit.currentMs()).toBe(5000);
  });

  it("doubles when it has struck, and shrinks again while all goes well", () => {
    const limit = createStallLimit({ maxMs: 30_000 });
    for (let i = 0; i < 8; i++) limit.survived(100);
    limit.struck();
    expect(limit.currentMs()).toBe(10_000);
    limit.struck();
    limit.struck();
    expect(limit.currentMs()).toBe(30_000);
    for (let i = 0; i < 40; i++) limit.survived(100);
    expect(limit.currentMs()).toBe(5000);
  });

  it("is never above what was asked for", () => {
    const limit = createStallLimit({ maxMs: 700 });
    for (let i = 0; i < 8; i++) limit.survived(600);
    expect(limit.currentMs()).toBe(700);
  });
});
