import type { CollectionTypes } from "@waybill/api";
import { defineCollections } from "@waybill/api";
import { expectTypeOf, it } from "vitest";
import * as z from "zod/mini";
import type { Uploader } from "./typed-upload.ts";

const limits = {
  who: () => true,
  maxBytes: 1,
  routes: ["presigned"],
  expiresIn: { upload: 60, download: 60, defaultDownload: 60 },
} as const;
const collections = defineCollections({
  files: limits,
  songs: {
    ...limits,
    metadata: z.object({ title: z.string() }),
    afterUpload: async () => ({ songId: 1 }),
  },
});
type Client = Uploader<string, CollectionTypes<typeof collections>>;

type ClientWithoutFiles = Uploader<string, Omit<CollectionTypes<typeof collections>, "files">>;

/** Never run: that it compiles, and that what is marked does not, is what is tested. */
async function uses(client: Client, other: ClientWithoutFiles) {
  // @ts-expect-error there is no collection to take by default
  await other.upload("f");
  // @ts-expect-error nor here
  await other.upload("f", { metadata: { title: "So What" } });
  await client.upload("f");
  await client.upload("f", { collection: "files", metadata: { any: "thing" }, route: "presigned" });
  const { after } = await client.upload("f", { collection: "songs", metadata: { title: "So What" } });
  // @ts-expect-error there is no such collection
  await client.upload("f", { collection: "sogns", metadata: { title: "So What" } });
  // @ts-expect-error the title is missing
  await client.upload("f", { collection: "songs", metadata: {} });
  // @ts-expect-error all metadata is missing
  await client.upload("f", { collection: "songs" });
  // @ts-expect-error there is no such metadata
  await client.upload("f", { collection: "songs", metadata: { title: "So What", titel: "" } });
  // @ts-expect-error songs do not come along this way
  client.startUpload("f", { collection: "songs", metadata: { title: "So What" }, route: "lambda" });
  return after;
}

it("makes a wrong collection, missing metadata and a route that is not offered errors of types", () => {
  expectTypeOf(uses).returns.resolves.toEqualTypeOf<{ songId: number }>();
});
