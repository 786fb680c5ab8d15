import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineCollections } from "./collections/define-collections.ts";
import type { ApiDeps } from "./context.ts";
import { openApi } from "./testing/open-api.ts";

const alice = { id: "alice", scopes: [] };
const rule = {
  who: () => true,
  maxBytes: 1,
  expiresIn: { upload: 60, download: 600, defaultDownload: 300 },
};
const collections = defineCollections({
  straight: { ...rule, routes: ["presigned"] },
  all: { ...rule, routes: ["credentials", "lambda", "presigned", "cloudfront"] },
  closed: { ...rule, routes: ["cloudfront"], who: ({ action }) => action !== "read" },
});

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi({ collections });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe("the routes of a collection, as a client is told of them", () => {
  it("are those that the deployment has, the best first", async () => {
    const routesWith = async (deps: Partial<ApiDeps>) => {
      const { collections: known } = await api.as(alice, { ...api.deps, ...deps }).collections.list();
      return known.map(({ name, routes }) => `${name}: ${routes.join()}`);
    };
    const { signer } = api.deps; // here only whether there is one matters
    expect(await routesWith({})).toEqual(["straight: presigned", "all: credentials,presigned", "closed: "]);
    expect(await routesWith({ vending: undefined, doors: { lambda: signer, cloudfront: signer } })).toEqual([
      "straight: presigned",
      "all: lambda,presigned,cloudfront",
      "closed: cloudfront",
    ]);
  });
});

describe("downloads.cookies", () => {
  /** Signs nothing, and tells what it was asked. */
  const cookies: ApiDeps["cookies"] = async (asked) => ({
    cookies: [JSON.stringify(asked)],
    url: "https://files.example.com/",
    expiresAt: new Date(0),
  });
  const ask = async (input: object, more: Partial<ApiDeps> = {}) => {
    const setCookies: string[] = [];
    await api.as(alice, { ...api.deps, ...more }, setCookies).downloads.cookies(input);
    return setCookies;
  };
  const atEdge = () => ({ doors: { cloudfront: api.deps.signer } });

  it("says what it is that a deployment lacks", async () => {
    await expect(ask({ collection: "straight" })).rejects.toThrow("cloudfront is not offered by straight.");
    await expect(ask({ collection: "all" })).rejects.toThrow("has no distribution of CloudFront");
    await expect(ask({ collection: "all" }, atEdge())).rejects.toThrow("WAYBILL_COOKIE_DOMAIN has to name");
  });

  it("asks the rule for reading", async () => {
    await expect(ask({ collection: "closed" }, { ...atEdge(), cookies })).rejects.toThrow(
      "You may not read in closed.",
    );
    await expect(ask({ prefix: "closed/bob/" }, { ...atEdge(), cookies })).rejects.toThrow(
      "There is no object",
    );
  });

  it("has cookies live as long as was asked, within what the collection allows", async () => {
    const all = { ...atEdge(), cookies };
    const signed = async (input: object) => JSON.parse((await ask(input, all))[0] ?? "") as unknown;
    const prefix = "all/alice/";
    expect(await signed({ collection: "all" })).toEqual({ prefix, asked: 300, policy: 600 });
    expect(await signed({ prefix, expiresIn: 20 })).toEqual({ prefix, asked: 20, policy: 600 });
  });
});
