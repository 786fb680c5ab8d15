import { describe, expect, it } from "vitest";
import { someShare } from "../testing/some-share.ts";
import { initialShares, shares, type Shares, type SharesEvent } from "./shares.ts";

const after = (...events: SharesEvent[]): Shares => events.reduce(shares, initialShares);
const asked = { type: "share-asked", key: "k", fileName: "a.txt" } as const;
const began = { type: "making-began" } as const;

describe("shares", () => {
  it("shows a link to who waits for it, and lists it once", () => {
    const made = { type: "made", share: someShare({ id: "1" }), url: "https://x/s/1" } as const;
    const state = after(
      { type: "listed", shares: [someShare({ id: "1" }), someShare({ id: "0" })] },
      asked,
      began,
      made,
    );
    expect(state.sharing?.step).toMatchObject({ state: "made", url: "https://x/s/1" });
    expect(state.listed.map(({ id }) => id)).toEqual(["1", "0"]);
  });

  it("shows no link to who has left the dialog, or asks for one to another file", () => {
    const made = { type: "made", share: someShare({ id: "1" }), url: "https://x/s/1" } as const;
    expect(after(asked, began, { type: "share-left" }, made)).toMatchObject({ sharing: undefined });
    const other = after(asked, began, { type: "share-left" }, { ...asked, key: "other" }, began, made);
    expect(other.sharing).toMatchObject({ key: "other", step: { state: "making" } });
    expect(other.listed).toHaveLength(1);
    const late = after(asked, began, { type: "share-left" }, asked, {
      type: "making-failed",
      message: "No.",
    });
    expect(late.sharing?.step).toEqual({ state: "asking" });
  });

  it("asks again with the problem, and keeps a row whose end has failed", () => {
    expect(after(asked, began, { type: "making-failed", message: "No." }).sharing?.step).toEqual({
      state: "asking",
      problem: "No.",
    });
    const listed = { type: "listed", shares: [someShare({ id: "1" })] } as const;
    const failed = after(
      listed,
      { type: "revoke-asked", id: "1" },
      { type: "revoke-began", id: "1" },
      { type: "revoke-failed", id: "1", message: "No." },
    );
    expect(failed).toMatchObject({ confirming: undefined, listed: listed.shares });
    expect(failed.rows.get("1")).toEqual({ state: "failed", message: "No." });
    expect(shares(failed, { type: "revoked", id: "1" })).toMatchObject({ listed: [], rows: new Map() });
  });
});
