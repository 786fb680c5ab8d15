import { createHmac, createPublicKey } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createOidcIssuer, type OidcIssuer } from "@waybill/local-aws";
import * as fc from "fast-check";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createBearerVerifier } from "./bearer-verifier.ts";

const AUDIENCE = "urn:waybill:api";
let issuer: OidcIssuer;
let aheadMs = 0;

beforeAll(async () => {
  issuer = await createOidcIssuer({ users: [], clients: [], audience: AUDIENCE });
});
afterAll(() => issuer.close());
afterEach(() => {
  aheadMs = 0;
});

const verifierOf = (of: string, more: { scopePrefix?: string } = {}) =>
  createBearerVerifier({
    issuer: of,
    audiences: ["another", AUDIENCE],
    clockToleranceSeconds: 5,
    now: () => new Date(Date.now() + aheadMs),
    ...more,
  });
const verify = (token: string) => verifierOf(issuer.issuer)(token);
const mint = (claims: Record<string, unknown> = {}) => issuer.mintAccessToken({ sub: "alice", ...claims });
const seconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;
const invalid = { code: "UNAUTHENTICATED", message: "This access token is not valid for this API." };

describe("a bearer token", () => {
  it("says who it is, and with which scopes", async () => {
    expect(await verify(await mint())).toEqual({ id: "alice", scopes: [] });
    expect(await verify(await mint({ scope: "a b" }))).toEqual({ id: "alice", scopes: ["a", "b"] });
    expect(await verify(await mint({ scp: ["a", "b c"] }))).toEqual({ id: "alice", scopes: ["a", "b", "c"] });
    expect(await verify(await mint({ aud: [AUDIENCE, "third"] }))).toMatchObject({ id: "alice" });
  });

  it("of Cognito has no audience, but a client, and scopes with the name of the API", async () => {
    const claims = {
      aud: undefined,
      client_id: AUDIENCE,
      token_use: "access",
      scope: "openid waybill/uploads:sweep",
    };
    const verifier = verifierOf(issuer.issuer, { scopePrefix: "waybill/" });
    expect(await verifier(await mint(claims))).toEqual({ id: "alice", scopes: ["uploads:sweep"] });
    await expect(verifier(await mint({ ...claims, token_use: "id" }))).rejects.toMatchObject(invalid);
    await expect(verifier(await mint({ ...claims, client_id: "third" }))).rejects.toMatchObject(invalid);
    await expect(verifier(await mint({ ...claims, aud: "third" }))).rejects.toMatchObject(invalid);
  });

  it.each<[string, () => Promise<string>]>([
    ["of another issuer", () => mint({ iss: "https://issuer.example" })],
    ["for another API", () => mint({ aud: "third" })],
    ["for nobody", () => mint({ aud: undefined })],
    ["that is not valid yet", () => mint({ nbf: seconds(30) })],
    ["that never expires", () => mint({ exp: undefined })],
    ["of nobody", () => mint({ sub: "" })],
    ["that is none", async () => "not.a.token"],
    ["that is empty", async () => ""],
    [
      "without a signature",
      async () =>
        new UnsecuredJWT({ sub: "alice", iss: issuer.issuer, aud: AUDIENCE })
          .setExpirationTime("1h")
          .encode(),
    ],
    ["signed with the public key as a secret", () => signedWithPublicKey()],
    ["of a key that nobody knows", () => signedWithOwnKey("unknown")],
    ["of another key under a known name", async () => signedWithOwnKey((await publishedKeys())[0]?.kid)],
    ["without the name of its key", () => signedWithOwnKey(undefined)],
  ])("%s is refused", async (_, token) => {
    await expect(verify(await token())).rejects.toMatchObject(invalid);
  });

  it("expires, by our clock, which may differ a little", async () => {
    const token = await mint({ exp: seconds(60), nbf: seconds(0) });
    aheadMs = 63_000;
    expect(await verify(token)).toMatchObject({ id: "alice" });
    aheadMs = 67_000;
    await expect(verify(token)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: "Your login has expired: please log in again.",
    });
    aheadMs = -3000;
    expect(await verify(token)).toMatchObject({ id: "alice" });
    aheadMs = -10_000;
    await expect(verify(token)).rejects.toMatchObject(invalid);
  });

  it("is refused when any character of it is another", async () => {
    const token = await mint();
    const verifier = verifierOf(issuer.issuer);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    await fc.assert(
      fc.asyncProperty(
        // The last character of base64url has bits that mean nothing.
        fc.nat({ max: token.length - 2 }).filter((at) => token[at + 1] !== "."),
        fc.constantFrom(...alphabet.split("")),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          await expect(verifier(changed)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
        },
      ),
    );
  });

  it("is verified with new keys once there are any, and no more with ones that are gone", async () => {
    const verifier = verifierOf(issuer.issuer);
    const old = await mint();
    expect(await verifier(old)).toMatchObject({ id: "alice" });
    await issuer.rotateKeys();
    expect(await verifier(await mint())).toMatchObject({ id: "alice" });
    expect(await verifier(old)).toMatchObject({ id: "alice" });
    await issuer.rotateKeys();
    await expect(verify(old)).rejects.toMatchObject(invalid);
  });
});

describe("a provider that does not answer", () => {
  it("is no reason to believe anybody, and is asked again", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
    const answers = { discovery: 500, keys: 500 };
    await using provider = await serve((path, self) => {
      if (path === "/keys") return [answers.keys, { keys: [jwk] }];
      return [answers.discovery, { issuer: self, jwks_uri: `${self}/keys` }];
    });
    const token = await new SignJWT({ sub: "alice", aud: AUDIENCE, iss: provider.url })
      .setProtectedHeader({ alg: "ES256", kid: "k1" })
      .setExpirationTime("1h")
      .sign(privateKey);
    const verifier = verifierOf(provider.url);
    const unreachable = { code: "IDENTITY_UNREACHABLE", retryable: true };
    await expect(verifier(token)).rejects.toMatchObject(unreachable);
    answers.discovery = 200;
    await expect(verifier(token)).rejects.toMatchObject(unreachable);
    answers.keys = 200;
    expect(await verifier(token)).toEqual({ id: "alice", scopes: [] });
    answers.keys = 500; // the keys are known
    expect(await verifier(token)).toEqual({ id: "alice", scopes: [] });
  });

  it("or that says it is another, is not believed", async () => {
    await using provider = await serve((_, self) => [
      200,
      { issuer: "https://issuer.example", jwks_uri: `${self}/keys` },
    ]);
    const token = await signedWithOwnKey("k1", provider.url);
    await expect(verifierOf(provider.url)(token)).rejects.toMatchObject({ code: "IDENTITY_UNREACHABLE" });
  });
});

async function publishedKeys() {
  const { keys } = (await (await fetch(`${issuer.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  return keys;
}

async function signedWithOwnKey(kid: string | undefined, iss = issuer.issuer): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256");
  return new SignJWT({ sub: "alice", aud: AUDIENCE, iss })
    .setProtectedHeader({ alg: "RS256", ...(kid === undefined ? {} : { kid }) })
    .setExpirationTime("1h")
    .sign(privateKey);
}

/** Who verifies by whatever algorithm the token names takes the public key for the secret of an HMAC. */
async function signedWithPublicKey(): Promise<string> {
  const [jwk] = await publishedKeys();
  const pem = createPublicKey({ key: { ...jwk }, format: "jwk" }).export({ type: "spki", format: "pem" });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "HS256", kid: jwk?.kid });
  const body = part({ sub: "alice", aud: AUDIENCE, iss: issuer.issuer, exp: seconds(60) });
  return `${head}.${body}.${createHmac("sha256", pem).update(`${head}.${body}`).digest("base64url")}`;
}

async function serve(answer: (path: string, self: string) => [number, object]) {
  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? "/", urlOf(server));
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: urlOf(server),
    [Symbol.asyncDispose]: async () => void (await once(server.close(), "close")),
  };
}

function urlOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
