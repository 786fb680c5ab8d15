import { awsLambdaRequestHandler } from "@trpc/server/adapters/aws-lambda";
import { appRouter, createStoreLimits, retryAfterMeta, type ApiContext, type Principal } from "@waybill/api";
import { openApi } from "@waybill/api/testing";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerCall } from "./answer-call.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let deps: ApiContext["deps"];
beforeAll(async () => {
  api = await openApi();
  const now = () => new Date("2026-11-27T12:00:00Z");
  const limits = createStoreLimits({
    ...api.deps,
    limits: { bytesPerDay: 100, requestsPerMinute: 1e9 },
    now,
  });
  deps = { ...api.deps, now, limits, audit: () => {} };
});
afterAll(() => api[Symbol.asyncDispose]());

const QUERIES = ["health", "auth.options", "auth.whoAmI", "objects.head", "uploads.list"];
const MUTATIONS = ["uploads.create", "uploads.abort", "downloads.create", "downloads.cookies"];
const NOTHING = ["", "uploads", "uploads.nothing", "health.x", "constructor", "__proto__", "hé", "then"];

const input = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, {}, { key: "files/u/none" }, { token: "x" }, "text", [], 1),
  fc.constant({ fileName: "a", sizeBytes: 99 + 2 }), // more than a day's
  fc.jsonValue(),
);

interface Sent {
  method: string;
  paths: string[];
  inputs: unknown[];
  isBatch: boolean;
  contentType: string | undefined;
  headers: Record<string, string>;
  broken: "" | "path" | "text";
  isBase64Encoded: boolean;
  route: "$default" | "proxy";
  principal: Principal | undefined;
}

const sent: fc.Arbitrary<Sent> = fc
  .record({
    method: fc.constantFrom("GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS"),
    isBatch: fc.boolean(),
    contentType: fc.constantFrom(
      "application/json",
      "application/json",
      "Application/JSON ; charset=utf-8",
      undefined,
      "text/plain",
      "application/octet-stream",
      "multipart/form-data; boundary=x",
      "application/jsonp",
    ),
    headers: fc.constantFrom<Record<string, string>>(
      {},
      {},
      {},
      { accept: "text/html, application/jsonl" },
      { "trpc-accept": "application/jsonl" },
      { accept: "*/*", host: "api.example" },
    ),
    broken: fc.constantFrom("" as const, "" as const, "" as const, "path" as const, "text" as const),
    isBase64Encoded: fc.boolean(),
    route: fc.constantFrom("$default" as const, "proxy" as const),
    principal: fc.constantFrom<Principal | undefined>({ id: "u", scopes: [] }, undefined),
  })
  .chain((rest) =>
    fc
      .tuple(fc.constantFrom(QUERIES, MUTATIONS), fc.integer({ min: 1, max: 3 }))
      .chain(([known, count]) =>
        fc.record({
          paths: fc.array(fc.constantFrom(...known, ...known, ...NOTHING), {
            minLength: count,
            maxLength: count,
          }),
          inputs: fc.array(input, { maxLength: count }),
        }),
      )
      .map(({ paths, inputs }) => ({ ...rest, paths: rest.isBatch ? paths : paths.slice(0, 1), inputs })),
  );

function eventOf({ method, paths, inputs, isBatch, broken, ...how }: Sent): APIGatewayProxyEventV2 {
  const all = isBatch ? Object.fromEntries(inputs.entries()) : inputs[0];
  const text = `${JSON.stringify(all) ?? ""}${broken === "text" ? "{" : ""}`;
  const query = new URLSearchParams(isBatch ? { batch: "1" } : {});
  const hasBody = method !== "GET" && method !== "HEAD";
  if (!hasBody && text !== "") query.set("input", text);
  const path = `${paths.map(encodeURIComponent).join(",")}${broken === "path" ? "%" : ""}`;
  const body = how.isBase64Encoded ? Buffer.from(text).toString("base64") : text;
  return {
    version: "2.0",
    routeKey: how.route === "proxy" ? `${method} /{proxy+}` : "$default",
    rawPath: `/${path}`,
    rawQueryString: query.toString(),
    headers: {
      ...how.headers,
      ...(how.contentType === undefined ? {} : { "content-type": how.contentType }),
    },
    ...(how.route === "proxy" ? { pathParameters: { proxy: path } } : {}),
    requestContext: {
      domainName: "api.example",
      http: { method },
    } as APIGatewayProxyEventV2["requestContext"],
    ...(hasBody ? { body } : {}),
    isBase64Encoded: hasBody && how.isBase64Encoded,
  };
}

const contextOf = (principal: Principal | undefined): ApiContext => ({
  deps,
  requestId: "r1",
  authenticate: async () => principal,
  setCookies: [],
});

async function bothAnswers(event: APIGatewayProxyEventV2, principal: Principal | undefined) {
  const failed: string[][] = [[], []];
  const note =
    (list = failed[0]) =>
    ({ error, path }: { error: Error; path?: string | undefined }) =>
      void list?.push(`${path} ${error.message}`);
  const ours = await answerCall(contextOf(principal), event, {} as Context, note());
  const theirs = await awsLambdaRequestHandler({
    router: appRouter,
    responseMeta: retryAfterMeta,
    createContext: () => contextOf(principal),
    onError: note(failed[1]),
  })(event, {} as Context);
  return { ours: [ours, failed[0]?.toSorted()], theirs: [theirs, failed[1]?.toSorted()] };
}

/** Of one call of a batch for which there is no procedure, tRPC itself has two sentences. */
function inOneWording(answer: unknown): unknown {
  const text = JSON.stringify(answer);
  return JSON.parse(
    text.replaceAll(/No (\\*"(query|mutation)\\*"-procedure|procedure found) on/g, "No procedure on"),
  );
}

describe("a call of the API", () => {
  it("is answered as by tRPC's own adapter, in whatever form it comes", async () => {
    await fc.assert(
      fc.asyncProperty(sent, async (call) => {
        const { ours, theirs } = await bothAnswers(eventOf(call), call.principal);
        expect(inOneWording(ours)).toEqual(inOneWording(theirs));
      }),
      { numRuns: 300 },
    );
  });

  it("is refused with a body on a GET or HEAD, whose meaning nobody knows", async () => {
    for (const method of ["GET", "HEAD"]) {
      const event = eventOf({
        method,
        paths: ["health"],
        inputs: [],
        isBatch: false,
        contentType: undefined,
        headers: {},
        broken: "",
        isBase64Encoded: false,
        route: "$default",
        principal: undefined,
      });
      const answer = await answerCall(
        contextOf(undefined),
        { ...event, body: "{}" },
        {} as Context,
        () => {},
      );
      expect(answer.statusCode).toBe(400);
      expect(JSON.parse(answer.body ?? "")).toMatchObject({
        error: { data: { code: "BAD_REQUEST", httpStatus: 400, waybillCode: "INVALID_INPUT" } },
      });
    }
  });
});
