import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withParameters } from "./with-parameters.ts";

const STORED: Record<string, string> = {
  "/waybill/dev/token-keys:3": "k1:c2VjcmV0",
  "/waybill/dev/door-keys:1": "d1:cHJpdmF0ZQ==",
  "/waybill/dev/worker-client-secret": "s3cret",
};

interface Call {
  target: unknown;
  body: unknown;
}

let server: Server;
let calls: Call[];

/** As the Parameter Store answers GetParameters: names that it does not have are told apart. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as { Names: string[] };
  calls.push({ target: request.headers["x-amz-target"], body });
  const found = body.Names.filter((name) => name in STORED);
  const parameters = found.map((name) => {
    const [Name = "", version = ""] = name.split(":");
    return {
      Name,
      Selector: `:${version}`,
      Type: "SecureString",
      Value: STORED[name],
      Version: Number(version),
    };
  });
  const missing = body.Names.filter((name) => !(name in STORED));
  response.setHeader("content-type", "application/x-amz-json-1.1");
  response.end(JSON.stringify({ Parameters: parameters, InvalidParameters: missing }));
}

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

describe("withParameters", () => {
  it("puts what the Parameter Store holds in place of where it is, with one call", async () => {
    const variables = await withParameters({
      WAYBILL_S3_BUCKET: "files",
      WAYBILL_TOKEN_KEYS_PARAMETER: "/waybill/dev/token-keys:3",
      WAYBILL_DOOR_KEYS_PARAMETER: "/waybill/dev/door-keys:1",
    });
    expect(variables).toMatchObject({
      WAYBILL_S3_BUCKET: "files",
      WAYBILL_TOKEN_KEYS: "k1:c2VjcmV0",
      WAYBILL_DOOR_KEYS: "d1:cHJpdmF0ZQ==",
    });
    expect(calls).toEqual([
      {
        target: "AmazonSSM.GetParameters",
        body: { Names: ["/waybill/dev/token-keys:3", "/waybill/dev/door-keys:1"], WithDecryption: true },
      },
    ]);
  });

  it("takes the latest version where none is named", async () => {
    const variables = { WAYBILL_WORKER_CLIENT_SECRET_PARAMETER: "/waybill/dev/worker-client-secret" };
    expect(await withParameters(variables)).toMatchObject({ WAYBILL_WORKER_CLIENT_SECRET: "s3cret" });
  });

  it("asks nobody where nothing is elsewhere", async () => {
    const variables = { WAYBILL_TOKEN_KEYS: "k1:AAAA" };
    expect(await withParameters(variables)).toEqual(variables);
    expect(calls).toEqual([]);
  });

  it("names what is not there, and never a value", async () => {
    const failing = withParameters({
      WAYBILL_TOKEN_KEYS_PARAMETER: "/waybill/dev/token-keys:3",
      WAYBILL_DOOR_KEYS_PARAMETER: "/waybill/dev/door-keys:2",
    });
    await expect(failing).rejects.toThrow(/^The Parameter Store has no \/waybill\/dev\/door-keys:2\.$/);
  });
});
