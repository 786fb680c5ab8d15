import type { ClientMetadata } from "oidc-provider";
import type { OidcClient } from "./oidc-options.ts";

/** What people can be asked for; scopes of machines are for machines. */
export const USER_SCOPES = "openid profile offline_access";
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** A client as the provider registers it. */
export function toClientMetadata(client: OidcClient): ClientMetadata {
  switch (client.kind) {
    case "page":
      return {
        client_id: client.clientId,
        client_name: client.name,
        application_type: "web",
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        scope: USER_SCOPES,
        redirect_uris: [...client.redirectUris],
        post_logout_redirect_uris: [...client.redirectUris],
      };
    case "program":
      return {
        client_id: client.clientId,
        client_name: client.name,
        application_type: "native",
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token", DEVICE_GRANT],
        response_types: ["code"],
        scope: USER_SCOPES,
        redirect_uris: ["http://127.0.0.1/callback"],
      };
    case "machine":
      return {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        grant_types: ["client_credentials"],
        response_types: [],
        redirect_uris: [],
        scope: client.scopes.join(" "),
      };
  }
}

/** The origins of pages that may call by CORS. */
export function originsOf(client: OidcClient): string[] {
  return client.kind === "page" ? client.redirectUris.map((uri) => new URL(uri).origin) : [];
}
