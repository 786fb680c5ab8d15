import { createServer, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { WaybillError } from "@waybill/core";
import * as oidc from "openid-client";
import type { LoginRequest } from "./login-request.ts";
import { explained, type Tokens } from "./provider.ts";

/** As long as a provider's code lives, usually, and a person's patience. */
const TIMEOUT_MS = 10 * 60_000;
const HOST = "127.0.0.1";

/**
 * Have the user log in with a browser of this machine, which is led back to a port of ours: authorization
 * code with PKCE.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252
 */
export async function logInByBrowser(request: LoginRequest): Promise<Tokens> {
  const { config, issuer, scope, parameters, tell } = request;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const codeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const { server, redirectUri, callback } = await listen(request.redirectUri, signal);
  try {
    const url = oidc.buildAuthorizationUrl(config, {
      ...parameters,
      scope,
      redirect_uri: redirectUri,
      state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
    });
    tell({ verificationUri: url.href });
    const { url: cameBack, answer } = await callback;
    try {
      const checks = { pkceCodeVerifier: codeVerifier, expectedState };
      const tokens = await explained(issuer, signal, () =>
        oidc.authorizationCodeGrant(config, cameBack, checks),
      );
      await answer("You are logged in", "This page can be closed.");
      return tokens;
    } catch (error) {
      await answer("This did not work", "The command tells why.");
      throw error;
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

interface Callback {
  url: URL;
  answer: (title: string, text: string) => Promise<void>;
}

/** Wait for the browser to come back; whatever else asks is not answered. */
async function listen(fixed: string | undefined, signal: AbortSignal) {
  const wanted = fixed === undefined ? undefined : new URL(fixed);
  const { promise: callback, resolve, reject } = Promise.withResolvers<Callback>();
  callback.catch(() => {}); // told below, when somebody waits
  signal.addEventListener("abort", () =>
    reject(
      signal.reason instanceof WaybillError
        ? signal.reason
        : new WaybillError("UNAUTHENTICATED", "Nobody has logged in for ten minutes."),
    ),
  );
  const server = createServer((message, response) => {
    const origin = new URL(redirectUri).origin;
    const url = new URL(message.url ?? "/", origin);
    const isOurs =
      message.headers.host === new URL(origin).host && url.pathname === new URL(redirectUri).pathname;
    if (!isOurs || message.method !== "GET") return void response.writeHead(404).end();
    resolve({ url, answer: (title, text) => respond(response, title, text) });
  });
  server.listen({ host: HOST, port: wanted === undefined ? 0 : Number(wanted.port || 80) });
  await once(server, "listening").catch((cause: unknown) => {
    throw new WaybillError("UNAUTHENTICATED", `Port ${wanted?.port} is taken by another program.`, { cause });
  });
  const redirectUri = wanted?.href ?? `http://${HOST}:${portOf(server)}/callback`;
  return { server, redirectUri, callback };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function respond(response: ServerResponse, title: string, text: string): Promise<void> {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    connection: "close",
  });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:20vh auto;max-width:24rem;padding:1rem}</style>
<h1>${title}</h1><p>${text}</p></html>`);
  await once(response, "close");
}
