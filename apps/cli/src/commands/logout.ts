import { WaybillError } from "@waybill/core";
import * as oidc from "openid-client";
import type { CommandContext } from "../command-context.ts";
import { discoverProvider, explained } from "../login/provider.ts";

/** Forget the login, here and, where it can be told, at the provider. */
export async function logout({ identity, apiUrl, terminal, json, signal }: CommandContext): Promise<void> {
  const { file, login } = identity;
  if (login === undefined) {
    if (json) terminal.print(JSON.stringify({ loggedOut: false }));
    else terminal.note(`Nobody is logged in to ${apiUrl}.`);
    return;
  }
  await file.remove(); // first: whatever the provider says, this machine cannot use it any more
  const { issuer, clientId, refreshToken } = login;
  try {
    const config = await discoverProvider(issuer, clientId);
    if (refreshToken !== undefined && config.serverMetadata().revocation_endpoint !== undefined) {
      await explained(issuer, signal, () => oidc.tokenRevocation(config, refreshToken));
    }
  } catch (cause) {
    const message = `You are logged out here, but ${issuer} could not be told.`;
    throw new WaybillError("IDENTITY_UNREACHABLE", message, { cause });
  }
  if (json) terminal.print(JSON.stringify({ loggedOut: true }));
  else terminal.note(`Logged out of ${apiUrl}.`);
}
