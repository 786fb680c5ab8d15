import { mkdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { importJWK, SignJWT } from "jose";
import { Provider } from "oidc-provider";
import { startLoopbackServer } from "../loopback-server.ts";
import { createDevicePace } from "./device-pace.ts";
import { answerInteraction, isInteraction } from "./interaction-page.ts";
import type { OidcIssuerOptions } from "./oidc-options.ts";
import { openOidcStore } from "./oidc-store.ts";
import { DEFAULT_ACCESS_TOKEN_SECONDS, providerConfiguration } from "./provider-configuration.ts";
import { loadSecrets, rotateKeys, SIGNING_ALGORITHM } from "./signing-keys.ts";

export interface OidcIssuer extends AsyncDisposable {
  /** The `iss` of tokens, below which is the discovery document. */
  issuer: string;
  port: number;
  /**
   * An access token as a client would get it, without the way there: for tests. Claims that are given
   * replace those that it would have; `undefined` leaves one out.
   */
  mintAccessToken(claims: Record<string, unknown> & { sub: string }): Promise<string>;
  /** Sign with another key from now on. The next one is published before it signs, the last one is after it has. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_DEVICE_INTERVAL_SECONDS = 5;

/**
 * A small OpenID provider on loopback, with real keys and tokens: anybody who can reach it logs in as any of
 * its users, by a click. Not for production.
 *
 * @throws EADDRINUSE as Node gives it
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 */
export async function createOidcIssuer(options: OidcIssuerOptions): Promise<OidcIssuer> {
  const { dataDir, users, audience, log = () => {} } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  let secrets = await loadSecrets(dataDir);
  const { promise: opened, resolve: open } = Promise.withResolvers<() => Provider>();
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    async handle(message, response, sendContinue) {
      try {
        // A page elsewhere can give its own name the address 127.0.0.1, but not this one.
        if (message.headers.host !== `127.0.0.1:${server.port}`) return refuse(response, 421);
        response.setHeader("x-frame-options", "DENY");
        const provider = (await opened)();
        if (isInteraction(message))
          await answerInteraction(provider, users, { message, response, sendContinue });
        else await provider.callback()(message, response);
      } catch (error) {
        log(`500 ${pathOf(message)}: ${error instanceof Error ? error.name : "unknown"}`);
        refuse(response, 500);
      }
    },
    toBadRequest: () => "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  });
  const issuer = server.endpoint;
  const store = openOidcStore({ path: dataDir === undefined ? ":memory:" : join(dataDir, "oidc.sqlite") });
  const pace = createDevicePace({
    intervalSeconds: options.deviceIntervalSeconds ?? DEFAULT_DEVICE_INTERVAL_SECONDS,
    nowMs: () => performance.now(),
  });
  const createProvider = (): Provider => {
    const created = new Provider(issuer, providerConfiguration(options, { secrets, store }));
    created.use(pace);
    const note = (ctx: { path: string }, error: Error) => {
      if (error.message !== "authorization_pending") log(`${ctx.path}: ${describe(error)}`);
    };
    created.on("authorization.error", note);
    created.on("grant.error", note);
    created.on("end_session.error", note);
    created.on("server_error", note);
    return created;
  };
  let provider = createProvider();
  open(() => provider);

  const close = async (): Promise<void> => {
    await server.close();
    store.close();
  };
  return {
    issuer,
    port: server.port,
    async mintAccessToken({ sub, ...claims }) {
      const [key] = secrets.keys;
      if (key === undefined) throw new Error("there is no key");
      const iat = Math.floor(Date.now() / 1000);
      const exp = iat + (options.accessTokenSeconds ?? DEFAULT_ACCESS_TOKEN_SECONDS);
      return new SignJWT({ iss: issuer, aud: audience, iat, exp, sub, ...claims })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: "at+jwt", kid: key.kid })
        .sign(await importJWK(key));
    },
    async rotateKeys() {
      secrets = await rotateKeys(secrets, dataDir);
      provider = createProvider();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An error's name and its description, which the provider writes and which holds no secret. */
function describe(error: Error & { error_description?: string }): string {
  return [error.message, error.error_description].filter((text) => text !== undefined).join(": ");
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "text/plain" }).end();
}

function pathOf({ method, url = "" }: IncomingMessage): string {
  return `${method} ${url.replace(/\?.*/s, "").replace(/^(\/\w+)\/.*/s, "$1/…")}`;
}
