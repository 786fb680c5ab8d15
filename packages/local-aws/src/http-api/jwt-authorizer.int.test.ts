import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOidcIssuer, type OidcIssuer } from "../oidc/create-oidc-issuer.ts";
import { createJwtAuthorizer } from "./jwt-authorizer.ts";

const AUDIENCE = "urn:waybill:api";
let issuer: OidcIssuer;
let aheadMs = 0;

beforeAll(async () => {
  issuer = await createOidcIssuer({ users: [], clients: [], audience: AUDIENCE });
});
afterAll(() => issuer.close());

const ask = (token: string | undefined, routeScopes: string[] = [], of = issuer.issuer) =>
  createJwtAuthorizer({
    issuer: of,
    audience: ["other", AUDIENCE],
    clock: () => new Date(Date.now() + aheadMs),
  })(token === undefined ? {} : { authorization: token }, routeScopes);
const mint = (claims: Record<string, unknown> = {}) => issuer.mintAccessToken({ sub: "alice", ...claims });
const seconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;

describe("the JWT authorizer", () => {
  it("hands on every claim as text, and the scopes of the route that the token has", async () => {
    const token = await mint({ scope: "up down", exp: 4_000_000_000, groups: ["a", "b"], admin: true });
    for (const header of [token, `Bearer ${token}`, `bearer ${token}`]) {
      const { claims, scopes } = await ask(header, ["down", "sideways"]);
      expect(claims).toMatchObject({
        sub: "alice",
        iss: issuer.issuer,
        aud: AUDIENCE,
        scope: "up down",
        exp: "4000000000",
        groups: "[a b]",
        admin: "true",
      });
      expect(scopes).toEqual(["down"]);
    }
    expect(await ask(token)).toMatchObject({ scopes: null });
    expect(await ask(await mint({ scp: ["up"] }), ["up"])).toMatchObject({ scopes: ["up"] });
  });

  it("looks at client_id only where there is no aud", async () => {
    const noAudience = { aud: undefined, client_id: AUDIENCE };
    expect(await ask(await mint(noAudience))).toMatchObject({ claims: { client_id: AUDIENCE } });
    await expect(ask(await mint({ aud: "third", client_id: AUDIENCE }))).rejects.toMatchObject({
      status: 401,
    });
    expect(await ask(await mint({ aud: ["third", AUDIENCE] }))).toBeDefined();
  });

  it.each<[string, () => Promise<string>]>([
    ["is for another API", () => mint({ aud: "third" })],
    ["names neither audience nor client", () => mint({ aud: undefined })],
    ["is somebody else's", () => mint({ iss: "https://issuer.example" })],
    ["has expired", () => mint({ exp: seconds(-1) })],
    ["never expires", () => mint({ exp: undefined })],
    ["is not valid yet", () => mint({ nbf: seconds(60) })],
    ["was issued in the future", () => mint({ iat: seconds(60) })],
    ["is not signed", async () => new UnsecuredJWT({ iss: issuer.issuer, aud: AUDIENCE }).encode()],
    ["was changed", async () => (await mint()).replace(/\.[^.]{4}/, ".eyJh")],
    ["is none", async () => "a.b.c"],
  ])("answers 401 to a token that %s", async (_, token) => {
    await expect(ask(`Bearer ${await token()}`)).rejects.toMatchObject({
      status: 401,
      message: "Unauthorized",
      challenge: expect.stringMatching(
        /^Bearer scope="" error="invalid_token" error_description="[^"]+"$/,
      ) as string,
    });
  });

  it("answers 401 without a token, and 403 to one without any scope of the route", async () => {
    await expect(ask(undefined)).rejects.toMatchObject({ status: 401, challenge: "Bearer" });
    await expect(ask("Bearer ")).rejects.toMatchObject({ status: 401, challenge: "Bearer" });
    await expect(ask(await mint({ scope: "up" }), ["down"])).rejects.toMatchObject({
      status: 403,
      message: "Forbidden",
    });
  });

  it("goes by its own clock", async () => {
    const token = await mint({ exp: seconds(60) });
    aheadMs = 61_000;
    await expect(ask(token)).rejects.toMatchObject({ status: 401 });
    aheadMs = 0;
    expect(await ask(token)).toBeDefined();
  });

  it("knows the keys of a provider that has replaced them", async () => {
    await issuer.rotateKeys();
    expect(await ask(await mint())).toMatchObject({ claims: { sub: "alice" } });
  });

  it("knows RSA only, and only keys with a name; and refuses all when the provider cannot be reached", async () => {
    const keys = await Promise.all(
      ["ES256", "RS256"].map(async (alg) => {
        const { publicKey, privateKey } = await generateKeyPair(alg);
        return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" } };
      }),
    );
    const other = await serveDiscovery(keys.map(({ jwk }) => jwk));
    const sign = (index: number, kid?: string) => {
      const key = keys[index];
      if (key === undefined) throw new Error("no such key");
      return new SignJWT({ iss: other.issuer, aud: AUDIENCE, exp: seconds(60) })
        .setProtectedHeader({ alg: key.alg, ...(kid === undefined ? {} : { kid }) })
        .sign(key.privateKey);
    };
    expect(await ask(await sign(1, "RS256"), [], other.issuer)).toBeDefined();
    await expect(ask(await sign(0, "ES256"), [], other.issuer)).rejects.toMatchObject({ status: 401 });
    await expect(ask(await sign(1), [], other.issuer)).rejects.toMatchObject({ status: 401 });
    const token = await sign(1, "RS256");
    other.server.close();
    await expect(ask(token, [], other.issuer)).rejects.toMatchObject({
      status: 401,
      logNote: "OIDC discovery endpoint communication error",
    });
  });
});

async function serveDiscovery(keys: object[]): Promise<{ issuer: string; server: Server }> {
  const server = createServer((request, response) => {
    response.setHeader("connection", "close");
    response.end(
      JSON.stringify(request.url === "/keys" ? { keys } : { jwks_uri: `${issuerOf(server)}/keys` }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { issuer: issuerOf(server), server };
}

function issuerOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
