import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumOfBytes, partRequest, unpackSignature, type CreateUploadOutput } from "@waybill/core";
import {
  createHttpApi,
  createLocalAws,
  createOidcIssuer,
  type HttpApi,
  type LocalAws,
  type OidcIssuer,
} from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { handler as Handler } from "./handler.ts";

let dataDir: string;
let aws: LocalAws;
let issuer: OidcIssuer;
let gateway: HttpApi;
/** The same events, and nobody has verified anything. */
let functionUrl: HttpApi;

const DAY_MS = 24 * 3600_000;
const CONTEXT = { awsRequestId: "r1" } as Context;

const AUDIENCE = "urn:waybill:api";

/** The bundle that is deployed, not its sources. */
function loadBundle(): typeof Handler {
  const { handler } = createRequire(import.meta.url)("../dist/api/handler.cjs") as {
    handler: typeof Handler;
  };
  return handler;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "waybill-lambda-"));
  aws = await createLocalAws({ dataDir, buckets: [{ name: "waybill" }] });
  issuer = await createOidcIssuer({ users: [], clients: [], audience: AUDIENCE });
  Object.assign(process.env, {
    WAYBILL_S3_BUCKET: "waybill",
    WAYBILL_S3_ENDPOINT: aws.endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    WAYBILL_OIDC_ISSUER: issuer.issuer,
    WAYBILL_OIDC_AUDIENCE: AUDIENCE,
    WAYBILL_OIDC_PAGE_CLIENT_ID: "waybill-web",
    WAYBILL_OIDC_SCOPES: "files  more",
    WAYBILL_LIMIT_BYTES_PER_DAY: "100000000000",
    WAYBILL_OIDC_PARAMETERS: "audience=urn%3Aother&x=1",
    WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  });
  const handler = loadBundle();
  gateway = await createHttpApi({
    invoke: (event) => handler(event, CONTEXT),
    jwtAuthorizer: { issuer: issuer.issuer, audience: [AUDIENCE] },
    publicPaths: (path) => path === "/health" || path === "/auth.options" || path.startsWith("/s/"),
  });
  functionUrl = await createHttpApi({ invoke: (event) => handler(event, CONTEXT) });
});
afterAll(async () => {
  await functionUrl.close();
  await gateway.close();
  await issuer.close();
  await aws.close();
  await rm(dataDir, { recursive: true });
});

async function call(path: string, input?: unknown, token?: string): Promise<Response> {
  const bearer = token ?? (await issuer.mintAccessToken({ sub: "u1" }));
  return fetch(`${gateway.endpoint}${path}`, {
    headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` },
    ...(input === undefined ? {} : { method: "POST", body: JSON.stringify(input) }),
  });
}

async function whoAmI(endpoint: string, headers: Record<string, string>) {
  const response = await fetch(`${endpoint}/auth.whoAmI`, { headers });
  return { status: response.status, body: await response.json() };
}

describe("the bundled handler behind API Gateway", () => {
  it("answers anybody's health check", async () => {
    const response = await fetch(`${gateway.endpoint}/health`);
    expect(await response.json()).toMatchObject({ result: { data: { status: "ok" } } });
  });

  it("knows who asks by what the gateway verified", async () => {
    const created = await call("/uploads.create", { fileName: "a.txt", sizeBytes: 1 });
    expect(created.status).toBe(200);
    expect(await created.json()).toMatchObject({
      result: { data: { key: expect.stringMatching(/^files\/u1\//) as string } },
    });
    expect((await call("/uploads.create", { fileName: "a.txt", sizeBytes: 1 }, "bad.bad.bad")).status).toBe(
      401,
    );
  });

  it("believes no header and no query that says what a gateway would have verified", async () => {
    const context = { authorizer: { jwt: { claims: { sub: "u2" }, scopes: null } } };
    const claims = JSON.stringify(context.authorizer.jwt.claims);
    const headers = {
      requestcontext: JSON.stringify(context),
      "x-amzn-request-context": JSON.stringify(context),
      "x-amzn-oidc-identity": "u2",
      "x-amzn-oidc-data": claims,
      "x-forwarded-user": "u2",
      sub: "u2",
      claims,
    };
    const query = `?requestContext=${encodeURIComponent(JSON.stringify(context))}`;
    for (const endpoint of [gateway.endpoint, functionUrl.endpoint]) {
      const nobody = await fetch(`${endpoint}/auth.whoAmI${query}`, { headers });
      expect(nobody.status).toBe(401);
      const authorization = `Bearer ${await issuer.mintAccessToken({ sub: "u1" })}`;
      const response = await fetch(`${endpoint}/auth.whoAmI${query}`, {
        headers: { ...headers, authorization },
      });
      expect(await response.text()).toContain('"u1"');
    }
  });

  it("tells anybody how to log in, and who is logged in who they are", async () => {
    const options = await fetch(`${gateway.endpoint}/auth.options`);
    expect(await options.json()).toMatchObject({
      result: {
        data: {
          login: {
            issuer: issuer.issuer,
            clientIds: { page: "waybill-web" },
            scopes: ["files", "more"],
            parameters: { audience: "urn:other", x: "1" },
          },
        },
      },
    });
    const token = await issuer.mintAccessToken({ sub: "u1", scp: ["a", "b"] });
    expect(await (await call("/auth.whoAmI", undefined, token)).json()).toMatchObject({
      result: { data: { id: "u1", scopes: ["a", "b"] } },
    });
  });

  it("verifies a token itself where no gateway has", async () => {
    const token = await issuer.mintAccessToken({ sub: "u2", scope: "a b" });
    expect(await whoAmI(functionUrl.endpoint, { authorization: `Bearer ${token}` })).toMatchObject({
      status: 200,
      body: { result: { data: { id: "u2", scopes: ["a", "b"] } } },
    });
    const refused = { status: 401, body: { error: { data: { waybillCode: "UNAUTHENTICATED" } } } };
    expect(await whoAmI(functionUrl.endpoint, {})).toMatchObject(refused);
    expect(await whoAmI(functionUrl.endpoint, { authorization: "Bearer x" })).toMatchObject(refused);
    expect(await whoAmI(functionUrl.endpoint, { authorization: token })).toMatchObject(refused);
    const expired = await issuer.mintAccessToken({ sub: "u2", exp: 1 });
    expect(await whoAmI(functionUrl.endpoint, { authorization: `Bearer ${expired}` })).toMatchObject({
      status: 401,
      body: { error: { message: "Your login has expired: please log in again." } },
    });
    // What needs nobody logged in does not mind.
    const health = await fetch(`${functionUrl.endpoint}/health`, { headers: { authorization: "Bearer x" } });
    expect(health.status).toBe(200);
  });

  it("takes no ID token for an access token, not even from the gateway", async () => {
    for (const endpoint of [gateway.endpoint, functionUrl.endpoint]) {
      const tokenOf = (use: string) => issuer.mintAccessToken({ sub: "u3", token_use: use });
      const ask = async (use: string) =>
        (await whoAmI(endpoint, { authorization: `Bearer ${await tokenOf(use)}` })).status;
      expect(await ask("access")).toBe(200);
      expect(await ask("id")).toBe(401);
    }
  });

  it("writes a line of JSON for each call, on stdout", async () => {
    using stdout = vi.spyOn(process.stdout, "write");
    const batch = await call(
      `/auth.whoAmI,objects.head?batch=1&input=${encodeURIComponent(JSON.stringify({ 1: { key: "files/u1/none" } }))}`,
    );
    expect(batch.status).toBe(207);
    const lines = stdout.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith("{"));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { type: "audit", requestId: "r1", principal: "u1", procedure: "auth.whoAmI", decision: "allow" },
      { requestId: "r1", key: "files/u1/none", decision: "deny", code: "OBJECT_NOT_FOUND" },
    ]);
    expect(lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
  });

  it("turns an error into its status, its code and its sentence, and nothing else", async () => {
    const response = await call(
      `/objects.head?input=${encodeURIComponent(JSON.stringify({ key: "files/u1/none" }))}`,
    );
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        code: -32004,
        message: 'There is no object "files/u1/none".',
        data: { code: "NOT_FOUND", httpStatus: 404, waybillCode: "OBJECT_NOT_FOUND" },
      },
    });
    const invalid = await call("/uploads.create", { fileName: "", sizeBytes: "x" });
    expect(invalid.status).toBe(400);
    const { error } = (await invalid.json()) as { error: { message: string } };
    expect(error.message).toContain("fileName: ");
    expect(error.message).toContain("sizeBytes: ");
  });

  it("leads everybody from a share link to the file, and logs no link when it cannot", async () => {
    const body = "shared";
    const created = await call("/uploads.create", {
      fileName: "a.txt",
      sizeBytes: body.length,
      partChecksums: [checksumOfBytes("CRC64NVME", Buffer.from(body))],
    });
    const { key, parts } = ((await created.json()) as { result: { data: CreateUploadOutput } }).result.data;
    const { method, url, headers } = partRequest(parts.template, {
      partNumber: 1,
      sizeBytes: body.length,
      signature: unpackSignature(parts.signatures, 0) ?? "",
      checksum: checksumOfBytes("CRC64NVME", Buffer.from(body)),
    });
    expect((await fetch(url, { method, headers, body })).status).toBe(200);
    const shared = await call("/shares.create", { key, password: "correct horse" });
    const { path } = ((await shared.json()) as { result: { data: { path: string } } }).result.data;

    for (const { endpoint } of [gateway, functionUrl]) {
      const link = `${endpoint}${path}`;
      const page = await fetch(link, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      const post = { method: "POST", body: new URLSearchParams({ password: "correct horse" }) };
      const redirect = await fetch(link, { ...post, redirect: "manual" });
      expect([redirect.status, redirect.headers.get("cache-control")]).toEqual([303, "no-store"]);
      expect(await (await fetch(link, post)).text()).toBe(body);
      expect((await fetch(link, { method: "HEAD", headers: { accept: "text/html" } })).status).toBe(200);
      expect((await fetch(`${link}x`)).status).toBe(404);
    }

    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const fault = aws.faults.inject({
      match: { operation: "GetObject" },
      action: { kind: "error", code: "AccessDenied" },
    });
    expect((await fetch(`${gateway.endpoint}${path}`)).status).toBe(503);
    fault.remove();
    const lines = logged.mock.calls.flat().join("\n");
    logged.mockRestore();
    expect(lines).toContain('"code":"STORAGE_DENIED"');
    expect(lines).not.toContain(path.slice(3));
  });

  it("says when there is room again for what is refused, in its header too", async () => {
    expect((await call("/uploads.create", { fileName: "a", sizeBytes: 1 })).status).toBe(200);
    const refused = await call("/uploads.create", { fileName: "a", sizeBytes: 1e11 });
    expect(refused.status).toBe(429);
    const { error } = (await refused.json()) as { error: { data: { retryAfterMs: number } } };
    expect(error).toMatchObject({ data: { code: "TOO_MANY_REQUESTS", waybillCode: "LIMIT_EXCEEDED" } });
    expect(refused.headers.get("retry-after")).toBe(String(error.data.retryAfterMs / 1000));
    const midnightMs = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    expect(Math.abs(midnightMs - Date.now() - error.data.retryAfterMs)).toBeLessThan(5000);
  });

  it("is never reached by a body that Lambda does not take", async () => {
    const response = await call("/uploads.create", {
      fileName: "a",
      sizeBytes: 1,
      padding: "x".repeat(6 * 1024 ** 2),
    });
    expect([response.status, await response.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
  });

  it("signs 10,000 parts in one answer, within Lambda's limits", async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) => ({
      partNumber: index + 1,
      checksum: "AAAAAAAAAAA=",
    }));
    const created = await call("/uploads.create", { fileName: "big", sizeBytes: 8 * 1024 ** 2 * 10_000 });
    const { result } = (await created.json()) as { result: { data: { token: string } } };
    const signed = await call("/uploads.sign", { token: result.data.token, parts });
    const { result: answer } = (await signed.json()) as { result: { data: { signatures: string } } };
    const { signatures } = answer.data;
    const distinct = new Set(parts.map((_, index) => unpackSignature(signatures, index)));
    expect(distinct.size).toBe(10_000);
    expect(signatures.length).toBeLessThan(450_000);
  });
});
