import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { apiError, createApiClient, type ApiFetch } from "./api-client.ts";
import { createApiFetch } from "./node/api-fetch.ts";

const json = "application/json";

/** Asks a server that answers everything in one way, and says what that means. */
async function meaningOf(
  answer: { status: number; contentType: string; body: string },
  fetch?: ApiFetch,
): Promise<unknown> {
  await using server = createServer((_, response) => {
    response.writeHead(answer.status, { "content-type": answer.contentType, connection: "close" });
    response.end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return await createApiClient({ url, ...(fetch && { fetch }) })
    .health.query()
    .then(
      () => undefined,
      (error: unknown) => apiError(error, url),
    );
}

/** An API that knows one token; and what its client asked its user for. */
async function callWith(known: string, tokens: (string | undefined)[]) {
  const seen: (string | undefined)[] = [];
  await using server = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    const isKnown = headers.authorization === `Bearer ${known}`;
    response.writeHead(isKnown ? 200 : 401, { "content-type": json, connection: "close" });
    response.end(
      JSON.stringify(isKnown ? { result: { data: { id: "alice" } } } : { message: "Unauthorized" }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const refusals: (string | undefined)[] = [];
  const api = createApiClient({
    url,
    token: async ({ refused }) => {
      refusals.push(refused);
      return tokens.shift();
    },
  });
  const outcome = await api.auth.whoAmI.query().catch((error: unknown) => apiError(error, url));
  return { outcome, seen, refusals };
}

describe("a token", () => {
  it("is asked for once more when the API refuses it, and the call is made again", async () => {
    expect(await callWith("new", ["old", "new"])).toEqual({
      outcome: { id: "alice" },
      seen: ["Bearer old", "Bearer new"],
      refusals: [undefined, "old"],
    });
  });

  it.each([
    ["the same", ["old", "old"], ["Bearer old"]],
    ["none", ["old", undefined], ["Bearer old"]],
    ["another one that is refused", ["old", "older"], ["Bearer old", "Bearer older"]],
    ["none to begin with", [undefined], [undefined]],
  ])("is not tried again when there is %s", async (_, tokens, seen) => {
    const { outcome, seen: sent } = await callWith("new", tokens);
    expect(outcome).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(sent).toEqual(seen);
  });
});

const html = "text/html";

describe("apiError", () => {
  it.each([
    [{ status: 200, contentType: html, body: "<html>" }, "API_UNKNOWN"],
    [{ status: 404, contentType: html, body: "<html>" }, "API_UNKNOWN"],
    [{ status: 404, contentType: json, body: '{"message":"Not Found"}' }, "API_UNKNOWN"],
    [{ status: 403, contentType: "application/xml", body: "<Error/>" }, "FORBIDDEN"],
    [{ status: 401, contentType: json, body: '{"message":"Unauthorized"}' }, "UNAUTHENTICATED"],
    [{ status: 413, contentType: json, body: '{"message":"Request Entity Too Large"}' }, "TOO_LARGE"],
    [{ status: 503, contentType: json, body: '{"message":"Service Unavailable"}' }, "API_UNREACHABLE"],
    [{ status: 502, contentType: html, body: "<html>" }, "API_UNREACHABLE"],
    [
      {
        status: 404,
        contentType: json,
        body: '{"error":{"message":"No.","code":-32004,"data":{"waybillCode":"OBJECT_NOT_FOUND"}}}',
      },
      "OBJECT_NOT_FOUND",
    ],
  ])("reads %j as %s", async (answer, code) => {
    expect(await meaningOf(answer)).toMatchObject({ name: "WaybillError", code });
    const node = createApiFetch();
    expect(await meaningOf(answer, node.fetch)).toMatchObject({ name: "WaybillError", code });
    node.close();
  });
});
