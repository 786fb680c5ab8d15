import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKey, textOfRing } from "./deploy/key-ring.ts";
import type { KeyName } from "./deployed-keys.ts";
import { synthesized } from "./testing/synthesized.ts";

const { resources } = synthesized("dev");
const api = resources.find(({ type, id }) => type === "AWS::Lambda::Function" && id.startsWith("Api"));
const { Variables: variables } = (api?.properties["Environment"] ?? { Variables: {} }) as {
  Variables: Record<string, string>;
};

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

  it("has for each secret where it is, which version, and not itself", () => {
    const secrets = Object.entries(variables).filter(([name]) => /(TOKEN|DOOR|CLOUDFRONT)_KEYS/.test(name));
    expect(Object.fromEntries(secrets)).toEqual({
      WAYBILL_TOKEN_KEYS_PARAMETER: "/waybill/dev/token-keys:1",
      WAYBILL_DOOR_KEYS_PARAMETER: "/waybill/dev/door-keys:2",
      WAYBILL_CLOUDFRONT_KEYS_PARAMETER: "/waybill/dev/cloudfront-keys:3",
    });
  });
});
