import type { TokenSource } from "@waybill/client/node";
import { createTokenKeeper } from "@waybill/client/token-keeper";
import { WaybillError } from "@waybill/core";
import type { Login, LoginFile } from "./login-file.ts";
import { renewOnce } from "./renew-once.ts";

/**
 * The token of a login, renewed when it is time, and for other processes with it. There is none when nobody is
 * logged in: the API says what that means.
 *
 * @param renew - exchanges the refresh token
 */
export function loginTokens(
  file: LoginFile,
  initial: Login | undefined,
  renew: (login: Login) => Promise<Login>,
): Exclude<TokenSource, string> {
  async function next(current: Login): Promise<Login | undefined> {
    const stored = await file.read();
    // Another process was faster, or somebody has logged in or out.
    if (stored?.accessToken !== current.accessToken) return stored;
    if (stored.refreshToken === undefined)
      throw new WaybillError("UNAUTHENTICATED", "Your login has expired.");
    return renewOnce(file, stored, renew);
  }

  return createTokenKeeper<Login>({
    initial,
    nowMs: () => Date.now(),
    async renew(current) {
      if (current === undefined) return undefined;
      const login = await next(current);
      if (login === undefined || login.subject === current.subject) return login;
      throw new WaybillError("UNAUTHENTICATED", "Somebody else has logged in meanwhile.");
    },
  });
}
