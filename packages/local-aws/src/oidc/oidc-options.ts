/** Somebody who can log in, by a click. */
export interface OidcUser {
  /** The subject of their tokens. */
  sub: string;
  name: string;
}

/** A program that may ask for tokens. */
export type OidcClient =
  | {
      /** A page in a browser: authorization code with PKCE, and refresh tokens. */
      kind: "page";
      clientId: string;
      name: string;
      /** Where people may be sent after login and logout; matched exactly. Their origins may call by CORS. */
      redirectUris: readonly string[];
    }
  | {
      /**
       * A program of the user's: device authorization, or authorization code with PKCE and a redirect to
       * `http://127.0.0.1/callback` on any port; and refresh tokens.
       *
       * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
       */
      kind: "program";
      clientId: string;
      name: string;
    }
  | {
      /** A machine that comes as itself: client credentials. */
      kind: "machine";
      clientId: string;
      clientSecret: string;
      /** What it may ask for. */
      scopes: readonly string[];
    };

export interface OidcIssuerOptions {
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** Where keys, sessions and refresh tokens are kept between starts; absent: nowhere. */
  dataDir?: string;
  users: readonly OidcUser[];
  clients: readonly OidcClient[];
  /** The API that access tokens are for: their `aud`. An absolute URI. */
  audience: string;
  /** How long access tokens live. Default 300. */
  accessTokenSeconds?: number;
  /** How often a device may ask whether its user has logged in. Default 5. */
  deviceIntervalSeconds?: number;
  /** One line per request that is refused; never a token, a code or a secret. */
  log?: (line: string) => void;
}
