import type { TokenSource } from "@waybill/client/node";
import { WaybillError } from "@waybill/core";
import { loginFile, type Login, type LoginFile } from "./login-file.ts";
import { principalKey, principalKeyOfToken } from "./principal-key.ts";
import { loginTokens } from "./token-source.ts";

/** Who runs a command, as far as this machine knows. */
export interface Identity {
  token: TokenSource;
  /** Names whoever it is in notes about what can be gone on with: nobody goes on with what is another's. */
  principalKey: string;
  file: LoginFile;
  /** Undefined when nobody is logged in, or `WAYBILL_TOKEN` says who it is. */
  login: Login | undefined;
}

/** @param options.token - `WAYBILL_TOKEN`, which comes before any login */
export async function findIdentity(options: {
  apiUrl: string;
  stateDir: string;
  token: string | undefined;
}): Promise<Identity> {
  const file = loginFile(options);
  const { token } = options;
  if (token !== undefined) {
    return { token: givenToken(token), principalKey: principalKeyOfToken(token), file, login: undefined };
  }
  const login = await file.read();
  const refresh = async (stale: Login) => (await import("./provider.ts")).refreshLogin(stale);
  return {
    token: loginTokens(file, login, refresh),
    principalKey:
      login === undefined ? principalKey(["nobody"]) : principalKey([login.issuer, login.subject]),
    file,
    login,
  };
}

function givenToken(token: string): TokenSource {
  return async ({ refused }) => {
    if (refused === undefined) return token;
    throw new WaybillError(
      "UNAUTHENTICATED",
      "WAYBILL_TOKEN is not accepted: it has expired, or is for another API.",
    );
  };
}
