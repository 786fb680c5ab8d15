import { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import type { SharesEvent } from "../state/shares.ts";
import { someShare } from "../testing/some-share.ts";
import { createShareActions } from "./share-actions.ts";

const share = (id: string, createdAt: string) => someShare({ id, createdAt });

function setUp(changes: Partial<Parameters<typeof createShareActions>[0]> = {}) {
  const events: SharesEvent[] = [];
  const actions = createShareActions({
    apiUrl: "https://api.example.com/",
    listPage: async () => ({ shares: [] }),
    create: async () => ({ share: share("1", "2026"), path: "/s/secret" }),
    revokeShare: async () => undefined,
    dispatch: (event) => events.push(event),
    ...changes,
  });
  return { actions, events };
}
const wishes = { expiresIn: null, password: undefined, maxDownloads: undefined };

describe("share actions", () => {
  it("list all pages as one, the newest first", async () => {
    const pages = [
      { shares: [share("b", "2026-02"), share("a", "2026-01")], cursor: "next" },
      { shares: [share("c", "2026-03")] },
    ];
    const { actions, events } = setUp({
      listPage: async (cursor) => pages[cursor === "next" ? 1 : 0] ?? { shares: [] },
    });
    await actions.refresh();
    expect(events).toMatchObject([{ type: "listed", shares: [{ id: "c" }, { id: "b" }, { id: "a" }] }]);
  });

  it("put the link behind the API's address", async () => {
    const { actions, events } = setUp();
    await actions.share("k", wishes);
    expect(events).toMatchObject([
      { type: "making-began" },
      { type: "made", url: "https://api.example.com/s/secret" },
    ]);
  });

  it("take a link that is gone for ended, and tell of every other failure", async () => {
    const failing = (code: "OBJECT_NOT_FOUND" | "STORAGE_BUSY") => ({
      revokeShare: () => Promise.reject(new WaybillError(code)),
    });
    const gone = setUp(failing("OBJECT_NOT_FOUND"));
    await gone.actions.revoke("1");
    expect(gone.events.at(-1)).toEqual({ type: "revoked", id: "1" });
    const busy = setUp(failing("STORAGE_BUSY"));
    await busy.actions.revoke("1");
    expect(busy.events.at(-1)).toEqual({
      type: "revoke-failed",
      id: "1",
      message: "It could not be ended. The store is busy.",
    });
  });
});
