import { createFunctionUrl, installAwsLambdaGlobal, type FunctionUrlOptions } from "@waybill/local-aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKey, textOfRing } from "./deploy/key-ring.ts";
import type { KeyName } from "./deployed-keys.ts";
import { synthesized } from "./testing/synthesized.ts";

const { resources } = synthesized("dev");
const variables = variablesOf("Api");

function variablesOf(name: string): Record<string, string> {
  const found = resources.find(({ type, id }) => type === "AWS::Lambda::Function" && id.startsWith(name));
  const { Variables } = (found?.properties["Environment"] ?? { Variables: {} }) as {
    Variables: Record<string, string>;
  };
  return Variables;
}

type Handler = (event: object, context: object) => Promise<{ statusCode: number; body: string }>;
let handler: Handler;

/** The bundle that is deployed, with the variables that are, and keys as the deploy script makes them. */
beforeAll(async () => {
  for (const [name, value] of Object.entries(variables)) {
    const [, variable, key] =
      /^(\w+)_PARAMETER \/waybill\/dev\/(\w+)-keys:\d+$/.exec(`${name} ${value}`) ?? [];
    if (variable === undefined) vi.stubEnv(name, value);
    else vi.stubEnv(variable, textOfRing([createKey(key as KeyName), createKey(key as KeyName)]));
  }
  vi.stubEnv("AWS_REGION", "eu-west-1");
  ({ handler } = (await import("@waybill/lambda/handler")) as unknown as { handler: Handler });
});
afterAll(() => void vi.unstubAllEnvs());

function get(path: string) {
  return handler(
    {
      version: "2.0",
      routeKey: "GET /{proxy+}",
      rawPath: path,
      rawQueryString: "",
      headers: {},
      requestContext: { http: { method: "GET", path }, domainName: "api.example.com" },
      isBase64Encoded: false,
    },
    {},
  );
}

describe("the API, with the environment that it is deployed with,", () => {
  it("starts", async () => {
    expect(await get("/health")).toMatchObject({ statusCode: 200 });
  });

  it("tells page and command how to log in at the pool", async () => {
    const { body } = await get("/auth.options");
    expect(JSON.parse(body)).toMatchObject({
      result: {
        data: {
          login: {
            issuer: variables["WAYBILL_OIDC_ISSUER"],
            clientIds: {
              page: variables["WAYBILL_OIDC_PAGE_CLIENT_ID"],
              program: variables["WAYBILL_OIDC_PROGRAM_CLIENT_ID"],
            },
            programRedirectUri: "http://localhost:8400/callback",
          },
        },
      },
    });
  });

  it("is the door of the route lambda, which opens to nobody without a grant", async () => {
    expect((await get("/objects/YWJj")).statusCode).toBe(403);
  });

  it("has where downloads are streamed, to which it adds a path", () => {
    expect(variables["WAYBILL_LAMBDA_STREAM_URL"]).toMatch(/^https:\/\/streamdoor[\w.]+\.example$/);
  });

  it("has for each secret where it is, which version, and not itself", () => {
    const secrets = Object.entries(variables).filter(([name]) => /(TOKEN|DOOR|CLOUDFRONT)_KEYS/.test(name));
    expect(Object.fromEntries(secrets)).toEqual({
      WAYBILL_TOKEN_KEYS_PARAMETER: "/waybill/dev/token-keys:1",
      WAYBILL_DOOR_KEYS_PARAMETER: "/waybill/dev/door-keys:2",
      WAYBILL_CLOUDFRONT_KEYS_PARAMETER: "/waybill/dev/cloudfront-keys:3",
    });
  });
});

describe("the door that streams, with the environment that it is deployed with,", () => {
  it("starts, and opens to nobody without a grant", async () => {
    vi.unstubAllEnvs(); // what the API is told
    for (const [name, value] of Object.entries(variablesOf("StreamDoor"))) vi.stubEnv(name, value);
    vi.stubEnv("AWS_REGION", "eu-west-1");
    installAwsLambdaGlobal();
    const context = { getRemainingTimeInMillis: () => 60_000 } as ReturnType<FunctionUrlOptions["context"]>;
    const streaming: { handler: unknown } = await import("@waybill/lambda/stream-handler");
    const url = await createFunctionUrl({ handler: streaming.handler, context: () => context });
    const answer = await fetch(`${url.endpoint}/objects/YWJj`);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("<Code>AccessDenied</Code>") as string,
    ]);
    await url.close();
  });
});
