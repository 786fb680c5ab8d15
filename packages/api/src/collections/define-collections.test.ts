import * as z from "zod/mini";
import { describe, expect, expectTypeOf, it } from "vitest";
import { collectionNamed, defineCollections, type CollectionTypes } from "./define-collections.ts";

const limits = {
  maxBytes: 1,
  routes: ["presigned"],
  expiresIn: { upload: 60, download: 60, defaultDownload: 60 },
} as const;
const who = () => true;

describe("defineCollections", () => {
  it("does not compile without a rule", () => {
    // @ts-expect-error there is no `who`
    expect(defineCollections({ files: limits })).toHaveProperty("files");
  });

  it("tells clients names, metadata, routes and answers by type", () => {
    const collections = defineCollections({
      plain: { ...limits, who },
      songs: {
        ...limits,
        who,
        metadata: z.object({ title: z.string(), genre: z.enum(["jazz", "soul"]) }),
        afterUpload: async ({ object }) => ({ songKey: object.key }),
      },
    });
    type Types = CollectionTypes<typeof collections>;
    expectTypeOf<keyof Types>().toEqualTypeOf<"plain" | "songs">();
    expectTypeOf<Types["plain"]["metadata"]>().toEqualTypeOf<Record<string, string>>();
    expectTypeOf<Types["songs"]["metadata"]>().toEqualTypeOf<{ title: string; genre: "jazz" | "soul" }>();
    expectTypeOf<Types["songs"]["route"]>().toEqualTypeOf<"presigned">();
    expectTypeOf<Types["songs"]["after"]>().toEqualTypeOf<{ songKey: string }>();
    expectTypeOf<Types["plain"]["after"]>().toEqualTypeOf<undefined>();
  });

  it.each([
    ["a name with a slash", { "a/b": { ...limits, who } }, /a name has/],
    ["a name that hides in upper case", { Files: { ...limits, who } }, /a name has/],
    ["no bytes", { files: { ...limits, who, maxBytes: 0 } }, /maxBytes/],
    ["half a byte", { files: { ...limits, who, maxBytes: 1.5 } }, /maxBytes/],
    ["more than S3 takes", { files: { ...limits, who, maxBytes: 1e15 } }, /maxBytes/],
    [
      "grants of more than a week",
      { files: { ...limits, who, expiresIn: { ...limits.expiresIn, download: 604_801 } } },
      /expiresIn\.download/,
    ],
    [
      "half a day",
      { files: { ...limits, who, retention: { days: 0.5 } } },
      /retention\.days is no whole number/,
    ],
    [
      "no day",
      { files: { ...limits, who, retention: { days: 0 } } },
      /retention\.days .* from 1 to 2147483647/,
    ],
    [
      "more days than S3 counts",
      { files: { ...limits, who, retention: { days: 2 ** 31 } } },
      /retention\.days/,
    ],
    ["a retention of nothing", { files: { ...limits, who, retention: JSON.parse("{}") } }, /retention\.days/],
    ["a type that is none", { files: { ...limits, who, accept: ["png"] } }, /no media type/],
  ])("refuses %s when the process starts", (_, rules, problem) => {
    expect(() => defineCollections(rules)).toThrow(problem);
  });

  it("finds no collection by the name of something that every object has", () => {
    const collections = defineCollections({ files: { ...limits, who } });
    for (const name of ["constructor", "__proto__", "toString", ""]) {
      expect(() => collectionNamed(collections, name)).toThrow(
        expect.objectContaining({ code: "COLLECTION_NOT_FOUND" }),
      );
    }
  });
});
