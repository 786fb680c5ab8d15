import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { installAwsLambdaGlobal } from "./aws-lambda-global.ts";
import { createFunctionUrl, type FunctionUrl, type FunctionUrlOptions } from "./create-function-url.ts";
import { MAX_STREAMED_BYTES } from "./limits.ts";

type Handler = (event: APIGatewayProxyEventV2, stream: awslambda.HttpResponseStream) => Promise<void>;

let url: FunctionUrl | undefined;
let lines: string[];

beforeAll(installAwsLambdaGlobal);
afterEach(() => url?.close());

async function open(handler: Handler, options: Partial<FunctionUrlOptions> = {}): Promise<string> {
  lines = [];
  url = await createFunctionUrl({
    handler: awslambda.streamifyResponse(handler),
    context: () => ({}) as Context,
    log: (line) => lines.push(line),
    ...options,
  });
  return url.endpoint;
}

const begin = (stream: awslambda.HttpResponseStream, metadata: Record<string, unknown>) =>
  awslambda.HttpResponseStream.from(stream, metadata);

describe("a Function URL that streams", () => {
  it("gives status, headers and cookies of the prelude, and the rest as the body", async () => {
    const endpoint = await open(async (_, raw) => {
      const headers = { "Content-Type": "text/x", "content-length": "3", etag: 1 };
      const stream = begin(raw, { statusCode: 206, headers, cookies: ["a=1", "b=2"] });
      stream.write("one ");
      stream.end("two");
    });
    const answer = await fetch(endpoint);
    expect([answer.status, await answer.text()]).toEqual([206, "one two"]);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ "content-type": "text/x", etag: "1" });
    expect(answer.headers.has("content-length")).toBe(false); // nobody knows how long it will be
  });

  it("gives a plain stream as bytes, with 200", async () => {
    const endpoint = await open(async (_, stream) => void stream.end("plain"));
    const answer = await fetch(endpoint);
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "application/octet-stream",
      "plain",
    ]);
  });

  it("hands over what was asked as a payload 2.0 event", async () => {
    const endpoint = await open(async (event, stream) => void stream.end(JSON.stringify(event)));
    const body = new Uint8Array([0, 255]);
    const sent = await fetch(`${endpoint}/a%20b/c?x=1&x=2`, { method: "PUT", body, headers: { "x-y": "z" } });
    expect(await sent.json()).toMatchObject({
      version: "2.0",
      rawPath: "/a%20b/c",
      rawQueryString: "x=1&x=2",
      headers: { "x-y": "z" },
      requestContext: { http: { method: "PUT" } },
      body: Buffer.from(body).toString("base64"),
      isBase64Encoded: true,
    });
  });

  it("shows the first bytes before the last ones are there, and waits for who reads slowly", async () => {
    const chunk = randomFillSync(Buffer.alloc(1024 ** 2));
    let written = 0;
    const endpoint = await open(async (_, raw) => {
      const stream = begin(raw, { statusCode: 200 });
      for (; written < 64; written++) if (!stream.write(chunk)) await once(stream, "drain");
      stream.end();
    });
    const [answer] = (await once(get(endpoint), "response")) as [IncomingMessage];
    for (let before = -1; before !== written;) {
      before = written;
      for (let i = 0; i < 200; i++) await turn();
    }
    expect(written).toBeLessThan(40); // the rest waits until somebody reads
    let sizeBytes = 0;
    for await (const bytes of answer) sizeBytes += (bytes as Buffer).length;
    expect([written, sizeBytes]).toEqual([64, 64 * chunk.length]);
  });

  it.each<[string, Handler, string]>([
    ["throws", () => Promise.reject(new Error("secret")), "Error: secret"],
    ["writes nothing", async (_, raw) => void begin(raw, { statusCode: 204 }).end(), "wrote nothing"],
    [
      "has a prelude that is none",
      async (_, raw) => void begin(raw, { statusCode: 7 }).end("x"),
      "statusCode",
    ],
  ])("answers 502 where the function %s", async (_, handler, logged) => {
    const answer = await fetch(await open(handler));
    expect([answer.status, await answer.text()]).toEqual([502, '{"Message":"Internal Server Error"}']);
    expect(lines.join()).toContain(logged);
  });

  it("breaks off where the function does in the middle, and where it streams too much", async () => {
    const failing = await open(async (_, raw) => {
      begin(raw, { statusCode: 200 }).write("some");
      throw new Error("broken");
    });
    await expect(fetch(failing).then((answer) => answer.text())).rejects.toThrow("terminated");
    await url?.close();

    const chunk = Buffer.alloc(8 * 1024 ** 2);
    const endless = await open(async (_, raw) => {
      const stream = begin(raw, { statusCode: 200 });
      for (;;) if (!stream.write(chunk)) await once(stream, "drain");
    });
    const [answer] = (await once(get(endless), "response")) as [IncomingMessage];
    let sizeBytes = 0;
    const reading = (async () => {
      for await (const bytes of answer) sizeBytes += (bytes as Buffer).length;
    })();
    await expect(reading).rejects.toThrow("aborted");
    expect(sizeBytes).toBeLessThanOrEqual(MAX_STREAMED_BYTES);
    expect(lines).toEqual([expect.stringContaining(`larger than ${MAX_STREAMED_BYTES} bytes`)]);
  });

  it("gives up a function that takes too long", async () => {
    const endpoint = await open(() => new Promise(() => {}), { timeoutMs: 20 });
    expect((await fetch(endpoint)).status).toBe(502);
  });

  it("takes 6 MB with the event, and no more", async () => {
    const endpoint = await open(async (_, stream) => void stream.end("taken"));
    const statusOf = async (bytes: number) =>
      (await fetch(endpoint, { method: "PUT", body: new Uint8Array(bytes) })).status;
    expect([await statusOf(4_500_000), await statusOf(5_000_000)]).toEqual([200, 413]);
  });

  it("refuses a handler that does not stream", () => {
    expect(() => createFunctionUrl({ handler: async () => ({}), context: () => ({}) as Context })).toThrow(
      "does not stream",
    );
  });
});
