import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkDeployment } from "./check-deployment.ts";
import { readDeployment } from "./read-deployment.ts";

const HEADERS = {
  "strict-transport-security": "max-age=31536000",
  "content-security-policy": "frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

let server: Server;
let origin: string;
/** What is answered to each path. */
let answers: Record<string, { status: number; headers?: Record<string, string>; body?: string }>;

function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const { status, headers = {}, body = "" } = answers[url] ?? { status: 404 };
  response.writeHead(status, headers).end(body);
}

beforeEach(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = {
    "/config.json": {
      status: 200,
      headers: HEADERS,
      body: JSON.stringify({ apiUrl: "https://api.example.com" }),
    },
    "/waybill-doctor": { status: 403 },
    "/objects/waybill-doctor": { status: 403 },
  };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function check() {
  const deployment = {
    stage: "dev",
    region: "eu-west-1",
    apiUrl: "https://api.example.com",
    pageUrl: `${origin}/`,
    filesUrl: origin,
    streamUrl: origin,
    bucket: "files",
    userPool: "eu-west-1_EXAMPLE",
  };
  const checks = await checkDeployment(deployment, new AbortController().signal);
  return checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
}

describe("checkDeployment", () => {
  it("is content with a page that knows the API, and files that nobody gets without a signature", async () => {
    expect(await check()).toEqual([]);
  });

  it("sees files that everybody gets", async () => {
    answers["/waybill-doctor"] = { status: 200 };
    expect(await check()).toEqual([`edge: ${origin} answers HTTP 200 to those without a signature`]);
    answers["/objects/waybill-doctor"] = { status: 502 };
    expect(await check()).toEqual([
      `edge: ${origin} answers HTTP 200 to those without a signature`,
      `stream: ${origin} answers HTTP 502 to those without a signature`,
    ]);
  });

  it("sees a page that uses another API, or has no settings", async () => {
    answers["/config.json"] = {
      status: 200,
      headers: HEADERS,
      body: '{"apiUrl":"https://other.example.com"}',
    };
    expect(await check()).toEqual([`page: ${origin}/ uses another API: https://other.example.com`]);
    answers["/config.json"] = { status: 403 };
    expect(await check()).toEqual([`page: ${origin}/ has no settings (HTTP 403)`]);
  });

  it("sees a page that others may frame", async () => {
    const { "content-security-policy": _, ...others } = HEADERS;
    answers["/config.json"] = { ...answers["/config.json"], status: 200, headers: others };
    expect(await check()).toEqual([`page: ${origin}/ comes without content-security-policy`]);
  });

  it("says what does not answer", async () => {
    server.closeAllConnections();
    server.close();
    expect(await check()).toEqual([
      `page: ${origin}/ does not answer (ECONNREFUSED)`,
      `edge: ${origin} does not answer (ECONNREFUSED)`,
      `stream: ${origin} does not answer (ECONNREFUSED)`,
    ]);
  });
});

describe("readDeployment", () => {
  it("reads what was deployed, and says what is wrong with another file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "waybill-doctor-"));
    const file = join(folder, "outputs.json");
    const outputs = {
      stage: "dev",
      region: "eu-west-1",
      apiUrl: "https://api.example.com",
      pageUrl: "https://page.example.com/",
      filesUrl: "https://files.example.com",
      bucket: "files",
      userPool: "eu-west-1_EXAMPLE",
    };
    await expect(readDeployment(file)).rejects.toThrow(`${file} cannot be read: npx turbo deploy writes it.`);
    await writeFile(file, JSON.stringify({ ...outputs, more: 1 }));
    expect(await readDeployment(file)).toEqual(outputs);
    await writeFile(file, JSON.stringify({ ...outputs, apiUrl: "http://api.example.com" }));
    await expect(readDeployment(file)).rejects.toThrow(/is not what npx turbo deploy writes: apiUrl\.$/);
    await writeFile(file, "{");
    await expect(readDeployment(file)).rejects.toThrow(/is not what npx turbo deploy writes/);
    await rm(folder, { recursive: true });
  });
});
