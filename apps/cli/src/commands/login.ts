import { createWaybillClient } from "@waybill/client/node";
import { WaybillError, type LoginOptions } from "@waybill/core";
import open from "open";
import type * as oidc from "openid-client";
import type { CommandContext } from "../command-context.ts";
import { checkIssuer } from "../login/check-issuer.ts";
import { logInByBrowser } from "../login/log-in-by-browser.ts";
import { logInByDevice } from "../login/log-in-by-device.ts";
import type { LoginPrompt } from "../login/login-request.ts";
import { discoverProvider, proofOf } from "../login/provider.ts";

export interface LoginFlags {
  /** Of the provider, when the API does not say. */
  issuer?: string | undefined;
  clientId?: string | undefined;
  /** Undefined: whatever suits this machine. */
  how?: "device" | "browser" | undefined;
}

/** Log in to an API, at the OpenID provider that it names. */
export async function login(context: CommandContext, flags: LoginFlags): Promise<void> {
  const { apiUrl, identity, signal, terminal, json } = context;
  const { issuer, clientId, ...options } = await loginOptionsOf(context, flags);
  checkIssuer(issuer, apiUrl);
  if (!json) terminal.note(`Logging in to ${apiUrl} at ${issuer} …`);
  const config = await discoverProvider(issuer, clientId);
  const metadata = config.serverMetadata();
  const hasDeviceFlow = metadata.device_authorization_endpoint !== undefined;
  const how = flags.how ?? (hasDeviceFlow && !canOpenBrowser(context) ? "device" : "browser");
  const logIn = how === "browser" ? logInByBrowser : logInByDevice;
  const tokens = await logIn({
    config,
    issuer,
    scope: scopeOf(metadata, options.scopes),
    parameters: options.parameters,
    redirectUri: options.programRedirectUri,
    tell: (prompt) => tell(context, prompt, how),
    signal,
  });
  const obtainedAtMs = Date.now();
  const claims = tokens.claims();
  using client = createWaybillClient({ url: apiUrl, token: tokens.access_token });
  // Nothing is kept that the API does not accept.
  const { id } = await client.call((api) => api.auth.whoAmI.query(undefined, { signal }), signal);
  const name = typeof claims?.["name"] === "string" ? claims["name"] : undefined;
  const subject = claims?.sub ?? id;
  await identity.file.write({
    version: 1,
    apiUrl,
    issuer,
    clientId,
    subject,
    name,
    ...proofOf(tokens, obtainedAtMs),
  });
  if (json) terminal.print(JSON.stringify({ id, ...(name === undefined ? {} : { name }), issuer, apiUrl }));
  else terminal.note(`You are ${name === undefined || name === id ? id : `${name} (${id})`}.`);
}

async function loginOptionsOf(
  { apiUrl, signal }: CommandContext,
  flags: LoginFlags,
): Promise<Omit<LoginOptions, "clientIds"> & { clientId: string }> {
  using client = createWaybillClient({ url: apiUrl }); // as nobody: a login that has ended is no hindrance
  const { login: told } = await client.call((api) => api.auth.options.query(undefined, { signal }), signal);
  const issuer = flags.issuer ?? told?.issuer;
  // What an API says of its own provider is not for another.
  const own = told !== null && told.issuer === issuer ? told : undefined;
  const clientId = flags.clientId ?? own?.clientIds.program;
  if (issuer === undefined || clientId === undefined) {
    throw new WaybillError(
      "UNAUTHENTICATED",
      `The API at ${apiUrl} does not say how to log in: name its provider with --issuer and --client-id.`,
    );
  }
  return { scopes: [], parameters: {}, ...own, issuer, clientId };
}

/** `offline_access` is how most providers are asked for a refresh token; some do not know it, and refuse it. */
function scopeOf({ scopes_supported: supported }: oidc.ServerMetadata, more: readonly string[]): string {
  const usual = ["profile", "offline_access"].filter((it) => supported?.includes(it) ?? true);
  return ["openid", ...usual, ...more].join(" ");
}

function canOpenBrowser({ terminal, env }: CommandContext): boolean {
  return terminal.interactive && env.hasScreen;
}

function tell(context: CommandContext, prompt: LoginPrompt, how: "device" | "browser"): void {
  const { terminal, json } = context;
  const { verificationUri, userCode } = prompt;
  if (json) return terminal.note(JSON.stringify({ login: prompt }));
  terminal.note(
    `Open this address ${how === "browser" ? "in a browser of this machine" : "in any browser"}:`,
  );
  terminal.note(`\n  ${verificationUri}\n`);
  if (userCode !== undefined) terminal.note(`It shows a code, which must be ${userCode}.`);
  if (!canOpenBrowser(context)) return;
  // Where none can be opened, the address is there to be copied.
  open(verificationUri).then(
    (child) => child.on("error", () => {}),
    () => {},
  );
}
