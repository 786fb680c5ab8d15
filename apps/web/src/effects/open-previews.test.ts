import { MiB, WaybillError } from "@waybill/core";
import { expect, it, vi } from "vitest";
import { createPreviews } from "./open-previews.ts";

const PREFIX = "files/alice/";
let nowMs = Date.parse("2026-11-28T12:00:00Z");
const folder = async () => ({
  url: `https://files.example.com/${PREFIX}`,
  prefix: PREFIX,
  expiresAt: new Date(nowMs + 600_000).toISOString(),
});
const object = (name: string, sizeBytes = 1000) => ({
  key: `${PREFIX}01k5/${name}`,
  fileName: name,
  eTag: '"e"',
  sizeBytes,
  lastModified: "2026-11-28T11:00:00Z",
});
const previews = (open: typeof folder, isOffered = true) =>
  createPreviews({ open, isOffered: async () => isOffered, nowMs: () => nowMs });

it("opens the folder once for all pictures, and again before it closes", async () => {
  const open = vi.fn<typeof folder>(folder);
  const previewOf = previews(open);
  const urls = await Promise.all(["a b#.png", "c.JPG"].map((name) => previewOf(object(name))));
  expect(urls).toEqual([
    "https://files.example.com/files/alice/01k5/a%20b%23.png",
    "https://files.example.com/files/alice/01k5/c.JPG",
  ]);
  nowMs += 539_000;
  await previewOf(object("d.png"));
  expect(open).toHaveBeenCalledTimes(1);
  nowMs += 1000;
  await Promise.all([previewOf(object("e.png")), previewOf(object("f.png"))]);
  expect(open).toHaveBeenCalledTimes(2);
});

it("asks for nothing where there is no distribution, and for what is no picture or a large one", async () => {
  const open = vi.fn<typeof folder>(folder);
  expect(await previews(open, false)(object("a.png"))).toBeUndefined();
  const previewOf = previews(open);
  for (const none of [object("a.pdf"), object("png"), object("a.png", 4 * MiB + 1), object("a.png", 0)])
    expect(await previewOf(none)).toBeUndefined();
  expect(open).not.toHaveBeenCalled();
});

it("does not ask again where cookies are not given, and does where the API could not be reached", async () => {
  const codes = [["ROUTE_UNAVAILABLE", 1] as const, ["API_UNREACHABLE", 2] as const];
  for (const [code, calls] of codes) {
    const open = vi.fn<typeof folder>(() => Promise.reject(new WaybillError(code)));
    const previewOf = previews(open);
    expect(await previewOf(object("a.png"))).toBeUndefined();
    expect(await previewOf(object("b.png"))).toBeUndefined();
    expect(open).toHaveBeenCalledTimes(calls);
  }
});

it("shows nothing of what is not in the folder", async () => {
  const foreign = { ...object("a.png"), key: "files/bob/01k5/a.png" };
  expect(await previews(folder)(foreign)).toBeUndefined();
});
