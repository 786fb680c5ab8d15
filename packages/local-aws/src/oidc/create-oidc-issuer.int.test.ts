import { mkdtemp, rm, stat } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { afterEach, describe, expect, it } from "vitest";
import { confirmDevice, createFormBrowser } from "../testing/form-browser.ts";
import { createOidcIssuer, type OidcIssuer } from "./create-oidc-issuer.ts";
import type { OidcIssuerOptions } from "./oidc-options.ts";

const AUDIENCE = "urn:waybill:api";
const PAGE = "http://127.0.0.1:4300/";
const SCOPE = "openid profile offline_access";

let issuer: OidcIssuer;
let lines: string[] = [];

async function start(options: Partial<OidcIssuerOptions> = {}): Promise<void> {
  lines = [];
  issuer = await createOidcIssuer({
    users: [
      { sub: "alice", name: "Alice" },
      { sub: "bob", name: "Bob <b>&\"'" },
    ],
    audience: AUDIENCE,
    deviceIntervalSeconds: 0.01,
    clients: [
      { kind: "page", clientId: "web", name: "Waybill", redirectUris: [PAGE] },
      { kind: "program", clientId: "cli", name: "The command" },
      { kind: "machine", clientId: "worker", clientSecret: "s3cret", scopes: ["uploads:sweep"] },
    ],
    log: (line) => lines.push(line),
    ...options,
  });
}
afterEach(() => issuer.close());

const discover = (clientId: string, secret?: string) =>
  oidc.discovery(new URL(issuer.issuer), clientId, secret, secret === undefined ? oidc.None() : undefined, {
    execute: [oidc.allowInsecureRequests],
  });

const verify = async (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${issuer.issuer}/jwks`)), {
    issuer: issuer.issuer,
    audience: AUDIENCE,
  });

/** Where the authorization endpoint leads, and what is needed to go on from there. */
async function authorize(config: oidc.Configuration, redirectUri: string, more: Record<string, string> = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: expectedState,
    ...more,
  });
  const redeem = (callback: string) =>
    oidc.authorizationCodeGrant(config, new URL(callback), { pkceCodeVerifier: verifier, expectedState });
  return { url: url.href, redeem };
}

async function logIn(
  config: oidc.Configuration,
  redirectUri: string,
  { user = "alice", browser = createFormBrowser({ stopAt: redirectUri }) } = {},
) {
  const { url, redeem } = await authorize(config, redirectUri);
  const page = await browser.open(url);
  const end = page.status === 0 ? page : await browser.submit(page, { user });
  return redeem(end.url);
}

describe("authorization code with PKCE", () => {
  it("gives an access token for the API, an ID token with the name, and a refresh token", async () => {
    await start();
    const config = await discover("web");
    const tokens = await logIn(config, PAGE, { user: "bob" });
    const { payload, protectedHeader } = await verify(tokens.access_token);
    expect(payload).toMatchObject({ sub: "bob", client_id: "web", aud: AUDIENCE, iss: issuer.issuer });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(protectedHeader).toMatchObject({ alg: "RS256", typ: "at+jwt" });
    expect(tokens.claims()).toMatchObject({ sub: "bob", name: "Bob <b>&\"'", aud: "web" });
    expect(tokens.refresh_token).toBeTypeOf("string");
  });

  it("asks by a page whose names cannot be markup, and that nobody can frame", async () => {
    await start();
    const { url } = await authorize(await discover("web"), PAGE);
    const browser = createFormBrowser();
    const { text } = await browser.open(url);
    expect(text).toContain(`value="bob">Bob &#60;b&#62;&#38;&#34;&#39;</button>`);
    const response = await fetch(`${issuer.issuer}/interaction/none`);
    expect(response.status).toBe(400);
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("shows pages whose own style and script its policy lets through, and no other", async () => {
    await start();
    const config = await discover("web");
    const browser = createFormBrowser({ stopAt: PAGE });
    const { url, redeem } = await authorize(config, PAGE);
    const asked = await browser.open(url);
    const tokens = await redeem((await browser.submit(asked, { user: "alice" })).url);
    const logout = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? "" });
    const left = await browser.open(logout.href);
    for (const { policy, text } of [asked, left]) {
      for (const [, kind = "", content = ""] of text.matchAll(/<(style|script)[^>]*>(.*?)<\/\1>/gs)) {
        const hash = createHash("sha256").update(content).digest("base64");
        expect(policy).toContain(`${kind}-src 'sha256-${hash}'`);
      }
    }
    expect(left.text).toContain("<script>");
  });

  it("does not ask again while the session lasts, and does so when it has ended", async () => {
    await start();
    const config = await discover("web");
    const browser = createFormBrowser({ stopAt: PAGE });
    const tokens = await logIn(config, PAGE, { browser });
    const again = await authorize(config, PAGE, { prompt: "none" });
    const { url } = await browser.open(again.url);
    expect((await verify((await again.redeem(url)).access_token)).payload.sub).toBe("alice");

    const logout = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? "",
      post_logout_redirect_uri: PAGE,
    });
    expect((await browser.submit(await browser.open(logout.href))).url).toBe(PAGE);
    const later = await authorize(config, PAGE, { prompt: "none" });
    const ended = await browser.open(later.url);
    await expect(later.redeem(ended.url)).rejects.toMatchObject({ error: "login_required" });
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  it("leads nowhere but to what is registered", async () => {
    await start();
    const config = await discover("web");
    for (const redirectUri of [`${PAGE}other`, "http://127.0.0.1:4301/", "http://evil.example/"]) {
      const { url } = await authorize(config, redirectUri);
      const refused = await createFormBrowser().open(url);
      expect(refused).toMatchObject({ status: 400 });
      expect(refused.text).toContain("invalid_redirect_uri");
    }
    expect(lines[0]).toContain("invalid_redirect_uri");
  });

  it("leads a program to any port of this machine, and to no other host or path", async () => {
    await start();
    const config = await discover("cli");
    const redirectUri = "http://127.0.0.1:50123/callback";
    const tokens = await logIn(config, redirectUri, { user: "alice" });
    expect((await verify(tokens.access_token)).payload).toMatchObject({ sub: "alice", client_id: "cli" });
    for (const wrong of ["http://127.0.0.1:50123/", "http://10.0.0.1:50123/callback"]) {
      const { url } = await authorize(config, wrong);
      expect(await createFormBrowser().open(url)).toMatchObject({ status: 400 });
    }
  });

  it("refuses who has no verifier, a code twice, a scope of machines, and who cancels", async () => {
    await start();
    const config = await discover("web");
    const browser = createFormBrowser({ stopAt: PAGE });
    const cancelled = await authorize(config, PAGE);
    const end = await browser.submit(await browser.open(cancelled.url), { user: "" });
    await expect(cancelled.redeem(end.url)).rejects.toMatchObject({ error: "access_denied" });

    const greedy = await authorize(config, PAGE, { scope: "openid uploads:sweep" });
    const refused = await browser.open(greedy.url);
    await expect(greedy.redeem(refused.url)).rejects.toMatchObject({ error: "invalid_scope" });

    const plain = await authorize(config, PAGE, { code_challenge_method: "plain" });
    const { url } = await browser.open(plain.url);
    await expect(plain.redeem(url)).rejects.toMatchObject({ error: "invalid_request" });

    const used = await authorize(config, PAGE);
    const callback = await browser.submit(await browser.open(used.url), { user: "alice" });
    await used.redeem(callback.url);
    await expect(used.redeem(callback.url)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("may be called by its own page's origin only", async () => {
    await start();
    const ask = (origin: string) =>
      fetch(`${issuer.issuer}/token`, {
        method: "POST",
        headers: { origin },
        body: new URLSearchParams({
          grant_type: "refresh_token",
          client_id: "web",
          refresh_token: "none",
        }),
      });
    const own = await ask("http://127.0.0.1:4300");
    expect(own.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:4300");
    expect(await own.json()).toMatchObject({ error: "invalid_grant" });
    const other = await ask("http://evil.example");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    expect(await other.json()).toMatchObject({ error: "invalid_request" });
  });
});

describe("refresh tokens", () => {
  it("are good once: whoever uses one again ends them all", async () => {
    await start();
    const config = await discover("web");
    const first = await logIn(config, PAGE);
    const second = await oidc.refreshTokenGrant(config, first.refresh_token ?? "");
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const reused = oidc.refreshTokenGrant(config, first.refresh_token ?? "");
    await expect(reused).rejects.toMatchObject({ error: "invalid_grant" });
    const family = oidc.refreshTokenGrant(config, second.refresh_token ?? "");
    await expect(family).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("end when they are revoked", async () => {
    await start();
    const config = await discover("web");
    const { refresh_token: refreshToken = "" } = await logIn(config, PAGE);
    await oidc.tokenRevocation(config, refreshToken);
    await expect(oidc.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  it("outlive a restart, with the keys", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "oidc-"));
    await start({ dataDir });
    const tokens = await logIn(await discover("cli"), "http://127.0.0.1:50123/callback");
    const { port } = issuer;
    await issuer.close();
    expect((await stat(join(dataDir, "oidc-secrets.json"))).mode & 0o777).toBe(0o600);
    await start({ dataDir, port });
    expect((await verify(tokens.access_token)).payload.sub).toBe("alice");
    const refreshed = await oidc.refreshTokenGrant(await discover("cli"), tokens.refresh_token ?? "");
    expect((await verify(refreshed.access_token)).payload.sub).toBe("alice");
    await rm(dataDir, { recursive: true });
  });
});

describe("device authorization", () => {
  const begin = async () => {
    const config = await discover("cli");
    return { config, device: await oidc.initiateDeviceAuthorization(config, { scope: SCOPE }) };
  };
  const poll = (deviceCode: string) =>
    fetch(`${issuer.issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: "cli",
        device_code: deviceCode,
      }),
    });

  it("logs a device in once its user has compared the code", async () => {
    await start();
    const { config, device } = await begin();
    const tokens = oidc.pollDeviceAuthorizationGrant(config, device);
    const done = await confirmDevice(device.verification_uri_complete ?? "", "bob");
    expect(done.text).toContain("You are logged in");
    expect((await verify((await tokens).access_token)).payload).toMatchObject({
      sub: "bob",
      client_id: "cli",
    });
    expect((await tokens).refresh_token).toBeTypeOf("string");
  });

  it("takes a code that is typed in, in either case, and says what is wrong with others", async () => {
    await start();
    const { device } = await begin();
    const browser = createFormBrowser();
    const empty = await browser.open(device.verification_uri);
    const wrong = await browser.submit(empty, { user_code: "ZZZZ-ZZZZ" });
    expect(wrong.text).toContain("There is no such code.");
    const confirm = await browser.submit(wrong, { user_code: device.user_code.toLowerCase() });
    expect(confirm.text).toContain(device.user_code);
    const cancelled = await browser.submit(confirm, { abort: "yes" });
    expect(cancelled.text).toContain("Cancelled.");
    expect(await (await poll(device.device_code)).json()).toMatchObject({ error: "access_denied" });
    const used = await browser.submit(cancelled, { user_code: device.user_code });
    expect(used.text).toMatch(/used already|no such code/);
  });

  it("says that it is pending, and to slow down when it is asked too often", async () => {
    await start({ deviceIntervalSeconds: 1 });
    const { device } = await begin();
    expect(device.interval).toBe(1);
    const errors = [];
    for (let count = 0; count < 2; count++) {
      const response = await poll(device.device_code);
      expect(response.status).toBe(400);
      errors.push(await response.json());
    }
    expect(errors).toMatchObject([{ error: "authorization_pending" }, { error: "slow_down" }]);
    expect(await (await poll("none")).json()).toMatchObject({ error: "invalid_grant" });
  });
});

describe("machines", () => {
  it("come as themselves, with the scopes that they have", async () => {
    await start({ accessTokenSeconds: 7 });
    const config = await discover("worker", "s3cret");
    const tokens = await oidc.clientCredentialsGrant(config, { scope: "uploads:sweep" });
    expect((await verify(tokens.access_token)).payload).toMatchObject({
      sub: "worker",
      scope: "uploads:sweep",
    });
    expect(tokens.expires_in).toBe(7);
    const greedy = await oidc.clientCredentialsGrant(config, { scope: "uploads:all" });
    expect((await verify(greedy.access_token)).payload["scope"]).toBeUndefined();
    const wrong = await discover("worker", "wrong");
    await expect(oidc.clientCredentialsGrant(wrong)).rejects.toMatchObject({ error: "invalid_client" });
    const page = oidc.clientCredentialsGrant(await discover("web"));
    await expect(page).rejects.toMatchObject({ error: "invalid_request" });
  });
});

describe("keys", () => {
  it("are replaced by ones that were published before, and stay published once more", async () => {
    await start();
    const published = async () => {
      const { keys } = (await (await fetch(`${issuer.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
      expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
      return keys.map(({ kid }) => kid);
    };
    const before = await published();
    const token = await issuer.mintAccessToken({ sub: "alice" });
    await issuer.rotateKeys();
    expect(await published()).toEqual(expect.arrayContaining(before));
    const later = await issuer.mintAccessToken({ sub: "alice" });
    expect(decodeProtectedHeader(later).kid).toBe(before[1]);
    expect((await verify(token)).payload.sub).toBe("alice");
    expect((await verify(later)).payload.sub).toBe("alice");
    await issuer.rotateKeys();
    await expect(verify(token)).rejects.toThrow("no applicable key");
  });
});

describe("the issuer", () => {
  it("answers to its own name only", async () => {
    await start();
    const request = get(`${issuer.issuer}/jwks`, { headers: { host: `rebound.example:${issuer.port}` } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(421);
  });

  it("logs what it refuses, and no secret", async () => {
    await start();
    const config = await discover("worker", "wr0ng-secret");
    await expect(oidc.clientCredentialsGrant(config)).rejects.toThrow("response");
    await expect(oidc.refreshTokenGrant(await discover("web"), "some-refresh-token")).rejects.toThrow(
      "response",
    );
    expect(lines).toHaveLength(2);
    expect(lines.join("\n")).toContain("invalid_client");
    expect(lines.join("\n")).not.toMatch(/wr0ng|some-refresh/);
  });
});
