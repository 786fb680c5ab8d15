import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json, text } from "node:stream/consumers";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { appRouter } from "@waybill/api";
import type { LocalAws } from "@waybill/local-aws";
import type { Router } from "@better-upload/server";
import { answerForBetterUpload } from "./better-upload-server.ts";
import { SCRIPT_PATH, type PageFiles } from "./bundle-page.ts";
import { openGate, type Gate } from "./gate.ts";
import { BUCKET, type RigApi } from "./open-api.ts";
import { signForUppy } from "./uppy-signer.ts";
import type { UserTokens } from "./user-tokens.ts";

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Rig</title>
<input type="file" id="file" multiple><script type="module" src="${SCRIPT_PATH}"></script>`;

/** One origin for a page's files, Waybill's API and the servers of the peers. */
export async function openFrontServer(options: {
  aws: LocalAws;
  api: RigApi;
  storeOrigin: string;
  userTokens: UserTokens;
  page: PageFiles;
  betterUploadRoutes: Router["routes"];
}): Promise<Gate> {
  const { aws, api, storeOrigin, userTokens } = options;
  const { region } = aws;
  const { credentials } = api;
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: "/api/",
    createContext: () => ({
      deps: api.deps(),
      requestId: "rig",
      authenticate: async () => ({ id: "alice", scopes: [] }),
      setCookies: [],
    }),
  });
  const peers = { region, credentials };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = "/" } = request;
    if (url === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    const file = options.page.get(url);
    if (file !== undefined) return void response.setHeader("content-type", file.contentType).end(file.body);
    if (url === "/token") return void response.end(userTokens.current());
    if (url === "/credentials") return sendJson(response, 200, await credentials());
    // From here on as behind the JWT authorizer of API Gateway.
    if (!userTokens.isValid(request.headers.authorization))
      return sendJson(response, 401, { message: "Unauthorized" });
    if (url === "/uppy/sign") {
      const bucketUrl = `${storeOrigin}/${BUCKET}`;
      return sendJson(response, 200, await signForUppy(await json(request), { ...peers, bucketUrl }));
    }
    if (url === "/better-upload") {
      const asked = new Request(`http://localhost${url}`, { method: "POST", body: await text(request) });
      const storeHost = new URL(storeOrigin).host;
      const answered = await answerForBetterUpload(asked, {
        ...peers,
        routes: options.betterUploadRoutes,
        bucket: BUCKET,
        storeHost,
      });
      return sendJson(response, answered.status, await answered.json());
    }
    trpc(request, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) sendJson(response, 500, { message: "Internal Server Error" });
    });
  });
  return openGate(server);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
