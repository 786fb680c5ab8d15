import type * as oidc from "openid-client";

/** What the user must do to log in. */
export interface LoginPrompt {
  /** To be opened in a browser. */
  verificationUri: string;
  /** To be compared with what is shown there. */
  userCode?: string;
}

export interface LoginRequest {
  config: oidc.Configuration;
  issuer: string;
  scope: string;
  /** Further ones of the authorization request. */
  parameters: Record<string, string>;
  /** Only where it is fixed: a loopback address. */
  redirectUri: string | undefined;
  tell: (prompt: LoginPrompt) => void;
  signal: AbortSignal;
}
