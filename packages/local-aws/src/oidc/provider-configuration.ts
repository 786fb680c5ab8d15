import { type Configuration, errors, type KoaContextWithOIDC } from "oidc-provider";
import * as z from "zod/mini";
import type { OidcIssuerOptions } from "./oidc-options.ts";
import type { OidcStore } from "./oidc-store.ts";
import { confirmDevicePage, deviceCodePage, logoutPage, messagePage, PAGE_POLICY } from "./pages.ts";
import { SIGNING_ALGORITHM, type OidcSecrets } from "./signing-keys.ts";
import { originsOf, toClientMetadata, USER_SCOPES } from "./to-client-metadata.ts";

const DAY_SECONDS = 24 * 3600;
const SESSION_SECONDS = 14 * DAY_SECONDS;
export const DEFAULT_ACCESS_TOKEN_SECONDS = 300;

/**
 * How oidc-provider is to behave.
 *
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md
 */
export function providerConfiguration(
  options: OidcIssuerOptions,
  { secrets, store }: { secrets: OidcSecrets; store: OidcStore },
): Configuration {
  const { users, clients, audience, accessTokenSeconds = DEFAULT_ACCESS_TOKEN_SECONDS } = options;
  const machineScopes = clients.flatMap((client) => (client.kind === "machine" ? client.scopes : []));
  return {
    adapter: (model) => store.adapter(model),
    jwks: { keys: secrets.keys },
    cookies: { keys: [secrets.cookieKey], long: { signed: true }, short: { signed: true } },
    clients: clients.map(toClientMetadata),
    clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
    clientBasedCORS: (_ctx, origin, client) =>
      clients.some((it) => it.clientId === client.clientId && originsOf(it).includes(origin)),
    scopes: ["openid", "offline_access", ...machineScopes],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false, // the name is in the ID token, so that nobody need ask for it
    findAccount: async (_ctx, sub) => {
      const user = users.find((it) => it.sub === sub);
      if (user === undefined) return undefined;
      return { accountId: sub, claims: async () => ({ sub, name: user.name, preferred_username: sub }) };
    },
    // All clients are the deployment's own: nobody is asked what they may do.
    loadExistingGrant: grantAll,
    responseTypes: ["code"],
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    // Whoever logs out of the page ends what the page has, and leaves their programs logged in.
    expiresWithSession: async ({ oidc }) => oidc.client?.applicationType === "web",
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false }, // access tokens are for the API
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource: loggedOut },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: askForCode,
        userCodeConfirmSource: async (ctx, _form, client, _deviceInfo, userCode) =>
          respond(
            ctx,
            confirmDevicePage({
              ...deviceFormOf(ctx),
              clientName: client.clientName ?? client.clientId,
              userCode,
            }),
          ),
        successSource: async (ctx) =>
          respond(ctx, messagePage("You are logged in", "This page can be closed, and the device goes on.")),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => audience,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, indicator) => {
          if (indicator !== audience) throw new errors.InvalidTarget();
          return {
            audience,
            scope: machineScopes.join(" "),
            accessTokenFormat: "jwt",
            accessTokenTTL: accessTokenSeconds,
            jwt: { sign: { alg: SIGNING_ALGORITHM } },
          };
        },
      },
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      IdToken: 3600,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Interaction: 3600,
      RefreshToken: SESSION_SECONDS,
      Session: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
    },
    renderError: async (ctx, { error, error_description: description }) =>
      respond(
        ctx,
        messagePage("This did not work", `${error}${description === undefined ? "" : `: ${description}`}`),
      ),
  };
}

/** The grant of this session, or a new one: all that a person can be asked for. */
const grantAll: Configuration["loadExistingGrant"] = async ({ oidc }) => {
  const { client, session, provider } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (existing !== undefined) return existing;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(USER_SCOPES);
  await grant.save();
  return grant;
};

const SessionState = z.object({ secret: z.string() });

/** What a form of the provider's must carry so that it is known to be from its own page. */
function xsrfOf({ oidc }: KoaContextWithOIDC): string {
  return SessionState.parse(oidc.session?.state).secret;
}

function deviceFormOf(ctx: KoaContextWithOIDC): { action: string; xsrf: string } {
  return { action: ctx.oidc.urlFor("code_verification"), xsrf: xsrfOf(ctx) };
}

const DEVICE_PROBLEMS: Record<string, string> = {
  NoCodeError: "Type in the code that the device shows.",
  NotFoundError: "There is no such code. Is it still the one that the device shows?",
  ExpiredError: "This code has expired: begin anew on the device.",
  AlreadyUsedError: "This code was used already: begin anew on the device.",
  AbortedError: "Cancelled. The device will not be logged in.",
};

async function askForCode(
  ctx: KoaContextWithOIDC,
  _form: string,
  _out?: unknown,
  error?: Error,
): Promise<void> {
  const problem = error && (DEVICE_PROBLEMS[error.name] ?? "This did not work: begin anew on the device.");
  respond(ctx, deviceCodePage({ ...deviceFormOf(ctx), problem }));
}

async function logoutSource(ctx: KoaContextWithOIDC): Promise<void> {
  const atOnce = ctx.oidc.entities.IdTokenHint !== undefined;
  respond(ctx, logoutPage({ action: ctx.oidc.urlFor("end_session_confirm"), xsrf: xsrfOf(ctx), atOnce }));
}

async function loggedOut(ctx: KoaContextWithOIDC): Promise<void> {
  respond(ctx, messagePage("You are logged out", "This page can be closed."));
}

function respond(ctx: KoaContextWithOIDC, body: string): void {
  ctx.type = "html";
  ctx.set("content-security-policy", PAGE_POLICY);
  ctx.body = body;
}
