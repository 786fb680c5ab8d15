import { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import type { StoredFilesEvent } from "../state/stored-files.ts";
import { createStoredFileActions } from "./stored-file-actions.ts";

function setUp(failure?: WaybillError) {
  const events: StoredFilesEvent[] = [];
  const saved: { url: string; onRefused: () => void }[] = [];
  let removals = 0;
  const answer = async (text: string) => {
    if (failure !== undefined) throw failure;
    return text;
  };
  const actions = createStoredFileActions({
    linkTo: async (key) => ({
      url: await answer(`https://store.example/${key}`),
      way: { route: "lambda", reason: "It was asked for." },
    }),
    save: (url, { onRefused }) => void saved.push({ url, onRefused }),
    removeFromStore: answer,
    onRemoved: () => void removals++,
    dispatch: (event) => void events.push(event),
  });
  return { actions, events, saved, removals: () => removals };
}

describe("createStoredFileActions", () => {
  it("hands a download over to the browser", async () => {
    const { actions, events, saved } = setUp();
    await actions.download("k");
    expect(saved.map(({ url }) => url)).toEqual(["https://store.example/k"]);
    expect(events.map(({ type }) => type)).toEqual(["download-began", "download-handed-over"]);
  });

  it("says in the row when the store sends no file after all", async () => {
    const { actions, events, saved } = setUp();
    await actions.download("k");
    saved[0]?.onRefused();
    expect(events.at(-1)).toEqual({
      type: "row-failed",
      key: "k",
      message: "It could not be downloaded. The store sent no file.",
    });
  });

  it("deletes, and has the list refreshed", async () => {
    const { actions, events, removals } = setUp();
    await actions.remove("k");
    expect(events.map(({ type }) => type)).toEqual(["delete-began", "removed"]);
    expect(removals()).toBe(1);
  });

  it("is content when the file was gone already", async () => {
    const { actions, events } = setUp(new WaybillError("OBJECT_NOT_FOUND"));
    await actions.remove("k");
    expect(events.at(-1)).toEqual({ type: "removed", key: "k" });
  });

  it("says in the row why something did not work", async () => {
    const { actions, events, saved, removals } = setUp(new WaybillError("FORBIDDEN"));
    await actions.remove("k");
    await actions.download("k");
    expect(events.flatMap((event) => (event.type === "row-failed" ? [event.message] : []))).toEqual([
      "It could not be deleted. You are not allowed to do this.",
      "It could not be downloaded. You are not allowed to do this.",
    ]);
    expect([saved.length, removals()]).toEqual([0, 0]);
  });
});
