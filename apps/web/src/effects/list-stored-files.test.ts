import { WaybillError, type ListedObject } from "@waybill/core";
import { describe, expect, it } from "vitest";
import type { StoredFilesEvent } from "../state/stored-files.ts";
import { createStoredFilesLister } from "./list-stored-files.ts";

const object = (key: string): ListedObject => ({
  key,
  fileName: key,
  sizeBytes: 1,
  eTag: '"e"',
  lastModified: "2026-01-01T00:00:00Z",
});

/** A store of three pages with one object each. */
async function listPage(cursor = "1") {
  const next = Number(cursor) + 1;
  return { objects: [object(`p${cursor}`)], ...(next <= 3 ? { cursor: String(next) } : {}) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** `listing-began p1,p2>3`: keys, and where it goes on */
function inShort(event: StoredFilesEvent): string {
  if (event.type === "listing-failed") return event.message;
  return event.type === "listed"
    ? `${event.objects.map(({ key }) => key).join()}>${event.cursor ?? "end"}`
    : event.type;
}

function setUp(list = listPage) {
  const seen: string[] = [];
  const lister = createStoredFilesLister({
    listPage: list,
    dispatch: (event) => void seen.push(inShort(event)),
  });
  return { lister, seen };
}

describe("createStoredFilesLister", () => {
  it("lists one page, and one more each time it is asked", async () => {
    const { lister, seen } = setUp();
    lister.refresh();
    await settled();
    lister.more();
    await settled();
    lister.refresh();
    await settled();
    lister.more();
    await settled();
    expect(seen.filter((event) => event !== "listing-began")).toEqual([
      "p1>2",
      "p1,p2>3",
      "p1,p2>3",
      "p1,p2,p3>end",
    ]);
  });

  it("lists once more when something changed during a listing, however often", async () => {
    const { lister, seen } = setUp();
    for (let i = 0; i < 5; i++) lister.refresh();
    lister.more();
    await settled();
    expect(seen).toEqual(["listing-began", "p1>2", "listing-began", "p1>2"]);
  });

  it("says why it failed, and lists again when asked", async () => {
    let failures = 1;
    const { lister, seen } = setUp(async (cursor) => {
      if (failures-- > 0) throw new WaybillError("FORBIDDEN");
      return listPage(cursor);
    });
    lister.refresh();
    await settled();
    lister.refresh();
    await settled();
    expect(seen).toEqual(["listing-began", "You are not allowed to do this.", "listing-began", "p1>2"]);
  });
});
