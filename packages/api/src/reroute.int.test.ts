import { MiB, type Route } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineCollections } from "./collections/define-collections.ts";
import { openApi } from "./testing/open-api.ts";
import { refusedWith } from "./testing/refused-with.ts";

const alice = { id: "alice", scopes: [] };
const bob = { id: "bob", scopes: [] };
const collections = defineCollections({
  files: {
    who: ({ principal, owner }) => principal.id === owner,
    maxBytes: 100 * MiB,
    routes: ["presigned", "credentials", "lambda", "apigateway", "cloudfront"],
    expiresIn: { upload: 60, download: 60, defaultDownload: 60 },
  },
});

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi({ collections });
  const { signer } = api.deps; // here only their names matter
  Object.assign(api.deps.doors, { lambda: signer, apigateway: signer, cloudfront: signer });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const begin = (upload: { sizeBytes: number; partSizeBytes?: number; route?: Route }) =>
  api.as(alice).uploads.create({ fileName: "a", ...upload });
const reroute = (token: string, avoid: Route[] = []) => api.as(alice).uploads.reroute({ token, avoid });

describe("uploads.reroute", () => {
  it.each<[string, Parameters<typeof begin>[0], Route]>([
    ["what is small goes any other way, but not straight again", { sizeBytes: 1 }, "lambda"],
    ["one request that is too large for some", { sizeBytes: 12 * MiB }, "cloudfront"],
    ["parts that gateways take", { sizeBytes: 50 * MiB, partSizeBytes: 8 * MiB }, "apigateway"],
    ["parts that they do not", { sizeBytes: 50 * MiB, partSizeBytes: 16 * MiB }, "cloudfront"],
  ])("%s", async (_, upload, expected) => {
    const waybill = await begin(upload);
    expect(waybill.route).toBe("presigned");
    const found = await reroute(waybill.token);
    expect(found.route).toBe(expected);
    const claims = async (token: string) => ({
      ...(await api.deps.tokens.verify(token, "alice")),
      route: "",
    });
    expect(await claims(found.token)).toEqual(await claims(waybill.token)); // plan, key, uploadId: as they were
  });

  it("knows which ways have failed already, and says when none is left", async () => {
    const { token } = await begin({ sizeBytes: 1 });
    const second = await reroute(token, ["lambda"]);
    expect(second.route).toBe("apigateway");
    await expect(reroute(second.token, ["lambda", "cloudfront", "credentials"])).rejects.toEqual(
      refusedWith("ROUTE_UNAVAILABLE"),
    );
    const large = await begin({ sizeBytes: 50 * MiB, partSizeBytes: 16 * MiB });
    await expect(reroute(large.token, ["cloudfront"])).rejects.toEqual(refusedWith("TOO_LARGE"));
  });

  it("is for whom the upload is", async () => {
    const { token } = await begin({ sizeBytes: 1 });
    await expect(api.as(bob).uploads.reroute({ token })).rejects.toEqual(refusedWith("TOKEN_INVALID"));
  });
});
