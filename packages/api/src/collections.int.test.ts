import { MiB, type RouteChoice } from "@waybill/core";
import * as z from "zod/mini";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineCollections } from "./collections/define-collections.ts";
import { openApi } from "./testing/open-api.ts";
import { refusedWith } from "./testing/refused-with.ts";
import { crc64, sendPart } from "./testing/send-part.ts";
import { signedDownload } from "./testing/signed-download.ts";

const expiresIn = { upload: 60, download: 60, defaultDownload: 60 };
const collections = defineCollections({
  files: {
    who: ({ principal, owner }) => principal.id === owner,
    maxBytes: 6 * MiB,
    routes: ["presigned"],
    expiresIn,
  },
  portraits: {
    who: ({ principal, owner, action }) => principal.id === owner && action !== "delete",
    maxBytes: 6 * MiB,
    routes: ["presigned"],
    accept: ["image/*", "application/pdf"],
    metadata: z.object({ title: z.string().check(z.minLength(1)) }),
    key: ({ metadata: { title = "" } }) => `by-title/${title}`,
    overwrite: true,
    visibility: "public",
    expiresIn,
    afterUpload: async ({ principal, object }) => ({ by: principal.id, sizeBytes: object.sizeBytes }),
  },
  shelf: {
    who: ({ principal, owner, action }) => principal.id === owner || action === "read",
    maxBytes: 6 * MiB,
    retention: { days: 3 },
    routes: ["credentials", "presigned"],
    key: ({ fileName }) => fileName,
    expiresIn,
  },
  lent: {
    who: ({ principal, owner, action }) => principal.id === owner || action === "read",
    maxBytes: 1,
    routes: ["credentials"],
    expiresIn,
  },
  archive: { who: ({ action }) => action === "read", maxBytes: 1, routes: ["presigned"], expiresIn },
});

let api: Awaited<ReturnType<typeof openApi>>;
const alice = { id: "alice", scopes: [] };
const bob = { id: "bob", scopes: [] };

beforeAll(async () => {
  api = await openApi({ collections });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const portrait = {
  collection: "portraits",
  fileName: "me.png",
  contentType: "image/png",
  metadata: { title: "me" },
};
type Input = Parameters<ReturnType<typeof api.as>["uploads"]["create"]>[0];

/** Upload bytes as a client would, in one part or two. */
async function upload(input: Omit<Input, "sizeBytes">, bytes: Uint8Array<ArrayBuffer>) {
  const caller = api.as(alice);
  const cut = input.partSizeBytes ?? bytes.length;
  const parts = bytes.length > cut ? [bytes.slice(0, cut), bytes.slice(cut)] : [bytes];
  const partChecksums = await Promise.all(parts.map(crc64));
  const waybill = await caller.uploads.create({ ...input, sizeBytes: bytes.length, partChecksums });
  for (const [index, part] of parts.entries()) {
    expect(await sendPart(waybill.parts, { partNumber: index + 1, bytes: part })).toBe(200);
  }
  const checksum = { algorithm: "CRC64NVME" as const, value: await crc64(bytes) };
  return caller.uploads.complete({ token: waybill.token, partChecksums, checksum });
}

const bytesOf = (sizeBytes: number, fill: number) => new Uint8Array(sizeBytes).fill(fill);

describe("a collection", () => {
  it("takes only its own types, sizes and metadata, and says what is wrong", async () => {
    const create = (input: Partial<Input>) =>
      api.as(alice).uploads.create({ ...portrait, sizeBytes: 1, ...input });
    await expect(create({ contentType: "text/html" })).rejects.toEqual(refusedWith("TYPE_NOT_ACCEPTED"));
    await expect(create({ contentType: "image/svg+xml; charset=utf-8" })).resolves.toBeDefined();
    await expect(create({ contentType: "Application/PDF" })).resolves.toBeDefined();
    await expect(create({ contentType: "application/pdfx" })).rejects.toThrow(
      "takes image/*, application/pdf",
    );
    await expect(create({ sizeBytes: 6 * MiB + 1 })).rejects.toEqual(refusedWith("TOO_LARGE"));
    await expect(create({ metadata: {} })).rejects.toThrow(/metadata.*title/);
    await expect(create({ metadata: { title: "" } })).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await expect(create({ collection: "archive" })).rejects.toEqual(refusedWith("FORBIDDEN"));
  });

  it("gives keys of its own making, which never leave the owner's prefix", async () => {
    const titled = async (title: string) => {
      const { key } = await api.as(alice).uploads.create({ ...portrait, metadata: { title }, sizeBytes: 1 });
      return key;
    };
    expect(await titled("me")).toBe("portraits/alice/by-title/me");
    expect(await titled("../../../files/bob/x")).toBe("portraits/alice/by-title/_../_../_../files/bob/x");
    await expect(titled("x".repeat(1024))).rejects.toEqual(refusedWith("INVALID_INPUT"));
    const folder = { id: "018f3a2b-1c4d-7e8f-9a0b-1c2d3e4f5a6b", path: "a.png" };
    await expect(api.as(alice).uploads.create({ ...portrait, sizeBytes: 1, folder })).rejects.toThrow(
      /no folders/,
    );
  });

  it.each([
    ["one request", {}, 1000],
    ["parts", { partSizeBytes: 5 * MiB }, 5 * MiB + 1],
  ])("that says so replaces an object, in %s, and tells what came of it", async (_, how, sizeBytes) => {
    const input = { ...portrait, ...how, metadata: { title: `replaced-${sizeBytes}` } };
    const first = await upload(input, bytesOf(sizeBytes, 1));
    const second = await upload(input, bytesOf(sizeBytes, 2));
    expect(second.key).toBe(first.key);
    expect(second.checksum).not.toEqual(first.checksum);
    expect(second.after).toEqual({ by: "alice", sizeBytes });
    expect(await api.as(alice).objects.head({ key: first.key })).toMatchObject({ checksum: second.checksum });
    const { id: _id, ...name } = { ...input, id: undefined };
    expect(await api.as(alice).uploads.find(name)).toMatchObject({ replaceable: true, uploadIds: [] });
  });

  it("has clients come back when all has arrived, but for single requests after which nothing follows", async () => {
    const mustComplete = async (input: Input) => (await api.as(alice).uploads.create(input)).mustComplete;
    expect(await mustComplete({ fileName: "a", sizeBytes: 1 })).toBe(false);
    expect(await mustComplete({ fileName: "a", sizeBytes: 6 * MiB, partSizeBytes: 5 * MiB })).toBe(true);
    expect(await mustComplete({ ...portrait, sizeBytes: 1 })).toBe(true);
  });

  it("that says nothing of it never does", async () => {
    const id = "018f3a2b-1c4d-7e8f-9a0b-1c2d3e4f5a6c";
    const { key } = await upload({ fileName: "a", id }, bytesOf(9, 1));
    const again = await api.as(alice).uploads.create({
      fileName: "a",
      id,
      sizeBytes: 9,
      partChecksums: [await crc64(bytesOf(9, 2))],
    });
    expect(again.key).toBe(key);
    expect(await sendPart(again.parts, { partNumber: 1, bytes: bytesOf(9, 2) })).toBe(412);
  });

  it("that is public is read by whoever knows the key, and by nobody in any other way", async () => {
    const { key } = await upload({ ...portrait, metadata: { title: "seen" } }, bytesOf(3, 1));
    const { request } = await signedDownload(api.as(undefined), { key });
    expect((await fetch(request.url)).status).toBe(200);
    await expect(api.as(undefined).objects.head({ key })).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    await expect(api.as(bob).objects.remove({ keys: [key] })).rejects.toEqual(refusedWith("FORBIDDEN"));
    await expect(api.as(alice).objects.remove({ keys: [key] })).rejects.toEqual(refusedWith("FORBIDDEN"));
    expect((await api.as(bob).objects.list({ prefix: "portraits/alice/" })).objects).toEqual([]);
    const { key: own } = await upload({ fileName: "mine" }, bytesOf(3, 1));
    for (const secret of [own, "files/alice/none", "nothing/alice/none", "files"]) {
      await expect(api.as(undefined).downloads.create({ key: secret })).rejects.toEqual(
        refusedWith("UNAUTHENTICATED"),
      );
    }
  });

  it("is left on the route that was chosen, or else on the first that leads to the object", async () => {
    const { key } = await upload(
      { collection: "shelf", fileName: "book", route: "presigned" },
      bytesOf(3, 1),
    );
    const routeFor = async (principal: typeof alice, route?: RouteChoice, using = api.deps) =>
      (await api.as(principal, using).downloads.create({ key, route })).route;
    expect(await routeFor(alice)).toBe("credentials");
    expect(await routeFor(alice, "presigned")).toBe("presigned");
    expect(await routeFor(bob)).toBe("presigned"); // his credentials are for his own objects
    await expect(routeFor(bob, "credentials")).rejects.toThrow(
      "credentials is not offered here, but presigned.",
    );
    const giving = { ...api.deps, vending: undefined };
    expect(await routeFor(alice, "auto", giving)).toBe("presigned");
    await expect(routeFor(alice, "credentials", giving)).rejects.toEqual(refusedWith("ROUTE_UNAVAILABLE"));
    await expect(api.as(bob).downloads.create({ key: "lent/alice/one" })).rejects.toThrow(
      "No route is offered for this.",
    );
    const { key: file } = await upload({ fileName: "mine" }, bytesOf(3, 1));
    await expect(api.as(alice).downloads.create({ key: file, route: "credentials" })).rejects.toEqual(
      refusedWith("ROUTE_UNAVAILABLE"),
    );
  });

  it("says with each upload for how long it is kept", async () => {
    const create = (collection: string) =>
      api.as(alice).uploads.create({ collection, fileName: "a", sizeBytes: 6 * MiB, partSizeBytes: 5 * MiB });
    const { key, uploadId = "", retentionDays } = await create("shelf");
    expect(retentionDays).toBe(3);
    const begun = { key, uploadId, sizeBytes: 6 * MiB, partSizeBytes: 5 * MiB };
    expect(await api.as(alice).uploads.resume(begun)).toMatchObject({ state: "open", retentionDays: 3 });
    expect(await create("files")).toHaveProperty("retentionDays", undefined);
  });

  it("is told to clients with its limits, before they send anything", async () => {
    const { collections: known } = await api.as(alice).collections.list();
    expect(known).toContainEqual({
      name: "portraits",
      maxBytes: 6 * MiB,
      accept: ["image/*", "application/pdf"],
      routes: ["presigned"],
      overwrite: true,
      visibility: "public",
      prefix: "portraits/alice/",
      actions: ["create", "read", "list"],
    });
    expect(known).toContainEqual(
      expect.objectContaining({ name: "shelf", prefix: "shelf/alice/", retentionDays: 3 }),
    );
  });
});
