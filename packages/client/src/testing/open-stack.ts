import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { appRouter, createUploadTokens, retryAfterMeta } from "@waybill/api";
import { openApi, type OpenApiOptions } from "@waybill/api/testing";
import { createFaultProxy, type FaultProxy } from "./fault-proxy.ts";

/** The API over HTTP, on a stand-in of S3 that is reached through a proxy which can break anything. */
export async function openStack(store: Omit<OpenApiOptions, "through"> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "waybill-client-"));
  const proxies: FaultProxy[] = [];
  const api = await openApi({
    ...store,
    async through(endpoint) {
      const proxy = await createFaultProxy(endpoint);
      proxies.push(proxy);
      return proxy.endpoint;
    },
  });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error("There is no proxy.");
  let { deps } = api;
  const principal = { id: "alice", scopes: [] };
  const server = createHTTPServer({
    router: appRouter,
    responseMeta: retryAfterMeta,
    createContext: () => ({ deps, requestId: "test", authenticate: async () => principal, setCookies: [] }),
  });
  const asked: string[] = [];
  server.on("request", ({ url = "" }) => asked.push(url.replace(/\?.*/, "")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The API has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    proxy,
    /** Paths of all requests to the API so far. */
    asked,
    folder,
    deps: api.deps,
    client: api.client,
    direct: api.direct,
    /** Of the API. */
    clock: api.clock,
    /** As if the API had been started again with a new key: no token of before is valid any more. */
    changeTokenKey() {
      const keys = [{ kid: "k2", secret: new Uint8Array(32).fill(8) }];
      deps = { ...deps, tokens: createUploadTokens({ keys, now: deps.now }) };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await proxy[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
