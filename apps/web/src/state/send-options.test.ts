import type { CollectionInfo } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { initialSendOptions, keptFor, linkWish, refusalOf, sendOptions } from "./send-options.ts";

const info = (name: string, more: Partial<CollectionInfo> = {}): CollectionInfo => ({
  name,
  maxBytes: 5 * 1024 ** 2,
  accept: [],
  routes: ["presigned", "lambda"],
  overwrite: false,
  visibility: "private",
  prefix: `${name}/u1/`,
  actions: ["create", "read"],
  ...more,
});
const collections = [
  info("files"),
  info("avatars", { routes: ["presigned"] }),
  info("seen", { actions: ["read"] }),
];

describe("keptFor", () => {
  it("says when what is sent goes again", () => {
    expect(keptFor(info("a"))).toBeUndefined();
    expect(keptFor(info("a", { retentionDays: 1 }))).toBe("Kept for 1 day, then removed.");
    expect(keptFor(info("a", { retentionDays: 7 }))).toBe("Kept for 7 days, then removed.");
  });
});

describe("sendOptions", () => {
  const known = sendOptions(initialSendOptions, { type: "known", collections, remembered: {} });

  it("begin with files along any way, and offer what one may upload to", () => {
    expect(known).toMatchObject({ collection: "files", route: "auto" });
    expect(known.collections.map(({ name }) => name)).toEqual(["files", "avatars"]);
  });

  it("take what was remembered where it is offered still", () => {
    const with_ = (remembered: object) =>
      sendOptions(initialSendOptions, { type: "known", collections, remembered });
    expect(with_({ collection: "files", route: "lambda" })).toMatchObject({ route: "lambda" });
    expect(with_({ collection: "avatars", route: "lambda" })).toMatchObject({
      collection: "avatars",
      route: "auto",
    });
    expect(with_({ collection: "gone", route: "pigeon" })).toMatchObject({
      collection: "files",
      route: "auto",
    });
  });

  it("leave a route that another collection does not offer", () => {
    const byLambda = sendOptions(known, { type: "route-chosen", route: "lambda" });
    expect(byLambda.route).toBe("lambda");
    expect(sendOptions(byLambda, { type: "collection-chosen", collection: "avatars" }).route).toBe("auto");
  });
});

describe("refusalOf", () => {
  const avatars = info("avatars", { accept: ["image/png", "video/*"] });

  it.each([
    [{ size: 1, type: "image/png" }, undefined],
    [{ size: 1, type: "Image/PNG" }, undefined],
    [{ size: 1, type: "video/mp4" }, undefined],
    [{ size: 1, type: "image/gif" }, "avatars takes image/png, video/*, and this is image/gif."],
    [{ size: 1, type: "" }, "avatars takes image/png, video/*, and this is application/octet-stream."],
    [{ size: 6 * 1024 ** 2, type: "image/png" }, "avatars takes at most 5.0 MiB, and this is 6.0 MiB."],
  ])("of %j is %s", (file, sentence) => {
    expect(refusalOf(avatars, file)).toBe(sentence);
  });
});

describe("linkWish", () => {
  it("is for a route that brings all at once", () => {
    expect(linkWish("lambda", 1000)).toEqual({ route: "lambda", avoid: [] });
    expect(linkWish("lambda", 5e6)).toEqual({ route: "auto", avoid: ["lambda"] });
    expect(linkWish("auto", 20e6)).toEqual({ route: "auto", avoid: ["apigateway", "lambda"] });
    expect(linkWish("credentials", 1)).toEqual({ route: "auto", avoid: [] });
  });
});
