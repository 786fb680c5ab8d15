import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { sweep as Sweep } from "./lambda.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

/** The bundle that is deployed, not its sources. */
const bundle = new URL("../dist/lambda.mjs", import.meta.url).href;
const context = { getRemainingTimeInMillis: () => 30_000 };

let server: Server;
let url: string;
/** What the API answers to `uploads.list`, `uploads.abort` and `shares.sweep`. */
let answers: Record<string, object>;
let calls: string[];

/** The Parameter Store, an OpenID provider and the API in one. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const path = (request.url ?? "").replace(/\?.*/s, "");
  response.setHeader("content-type", "application/json");
  if (request.headers["x-amz-target"] === "AmazonSSM.GetParameters") {
    const secret = { Name: "/waybill/dev/worker-client-secret", Version: 1, Value: "s3cret" };
    response.end(JSON.stringify({ Parameters: [secret] }));
  } else if (path === "/.well-known/openid-configuration") {
    response.end(JSON.stringify({ issuer: url, token_endpoint: `${url}/token` }));
  } else if (path === "/token") {
    const isWorker = body.includes("client_secret=s3cret") && body.includes("grant_type=client_credentials");
    response.statusCode = isWorker ? 200 : 401;
    response.end(JSON.stringify({ access_token: "t1", token_type: "Bearer", expires_in: 300 }));
  } else {
    calls.push(`${path} ${request.headers.authorization} ${body}`);
    response.end(JSON.stringify([answers[path]]));
  }
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_SSM: url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    WAYBILL_API_URL: `${url}/api`,
    WAYBILL_OIDC_ISSUER: url,
    WAYBILL_WORKER_CLIENT_ID: "worker",
    WAYBILL_WORKER_CLIENT_SECRET_PARAMETER: "/waybill/dev/worker-client-secret",
  }))
    vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function sweep(): Promise<void> {
  calls = [];
  const { sweep: run } = (await import(bundle)) as { sweep: typeof Sweep };
  await run({}, context);
}

describe("the worker on AWS", () => {
  it("logs in with the secret from the Parameter Store, and aborts and removes what is old, once", async () => {
    const open = { uploadId: "u1", key: "files/u1/a", initiatedAt: "2020-01-01T00:00:00.000Z" };
    answers = {
      "/api/uploads.list": { result: { data: { uploads: [open] } } },
      "/api/uploads.abort": { result: {} },
      "/api/shares.sweep": { result: { data: { removed: 2 } } },
    };
    await sweep();
    expect(calls).toEqual([
      "/api/uploads.list Bearer t1 ",
      '/api/uploads.abort Bearer t1 {"0":{"key":"files/u1/a","uploadId":"u1"}}',
      '/api/shares.sweep Bearer t1 {"0":{}}',
    ]);
  });

  it("fails where the API refuses, so that somebody hears of it", async () => {
    answers = {
      "/api/uploads.list": {
        error: {
          message: "no",
          code: -32603,
          data: { code: "FORBIDDEN", httpStatus: 403, waybillCode: "FORBIDDEN" },
        },
      },
    };
    await expect(sweep()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
