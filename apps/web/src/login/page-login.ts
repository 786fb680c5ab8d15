import * as oauth from "oauth4webapi";
import { LoginRequired, LoginSecrets, type Provider, type Tokens, type User } from "./open-provider.ts";

/** Who has come to the page. */
type Arrival =
  | { state: "in"; user: User; tokens: Tokens }
  | { state: "out" }
  /** The browser is on its way to the provider. */
  | { state: "leaving" };

export interface PageLogin {
  /**
   * Find out who it is. Whoever was logged in here before is looked up at the provider, without being asked
   * anything: no token outlives the page, so that none can be taken out of the browser's storage.
   *
   * @throws {WaybillError} when somebody tried to log in, in vain
   */
  arrive(): Promise<Arrival>;
  /** Go to the provider, and come back to {@link arrive}. */
  logIn(): Promise<void>;
  /** Leave as nobody, at the provider too, where that is possible. */
  logOut(tokens: Tokens): Promise<void>;
}

/** What a page needs of its window. */
export interface PageWindow {
  location: Pick<Location, "href" | "assign" | "replace">;
  history: Pick<History, "replaceState">;
  /** Of this tab: what must be known when the browser comes back. */
  sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Of all tabs: that somebody is logged in, and nothing else. */
  localStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

const SECRETS_KEY = "waybill:login";
/** Whether somebody was logged in here. Its removal tells other tabs. */
export const LOGGED_IN_KEY = "waybill:logged-in";
const ANSWER_PARAMETERS = [
  "code",
  "state",
  "iss",
  "session_state",
  "error",
  "error_description",
  "error_uri",
];

export function createPageLogin(provider: Provider, page: PageWindow): PageLogin {
  const { location, history, sessionStorage, localStorage } = page;

  async function leave(silent: boolean): Promise<void> {
    const secrets: LoginSecrets = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      codeVerifier: oauth.generateRandomCodeVerifier(),
    };
    const url = await provider.loginUrl(secrets, { silent });
    sessionStorage.setItem(SECRETS_KEY, JSON.stringify(secrets));
    // Nobody wants to go back to a page that only led on.
    if (silent) location.replace(url);
    else location.assign(url);
  }

  /** What the provider has answered, taken out of the address; undefined when it has not. */
  function takeAnswer(): { url: URL; secrets: LoginSecrets } | undefined {
    const url = new URL(location.href);
    const isAnswer =
      url.searchParams.has("state") && (url.searchParams.has("code") || url.searchParams.has("error"));
    if (!isAnswer) return undefined;
    const kept = sessionStorage.getItem(SECRETS_KEY);
    sessionStorage.removeItem(SECRETS_KEY);
    const clean = new URL(url);
    for (const name of ANSWER_PARAMETERS) clean.searchParams.delete(name);
    history.replaceState(null, "", clean);
    // An answer that nobody here has asked for, such as one of a bookmark, is none.
    return kept === null ? undefined : { url, secrets: LoginSecrets.parse(JSON.parse(kept)) };
  }

  return {
    async arrive() {
      const answer = takeAnswer();
      if (answer !== undefined) {
        try {
          const { user, tokens } = await provider.redeem(answer.url, answer.secrets);
          localStorage.setItem(LOGGED_IN_KEY, provider.issuer);
          return { state: "in", user, tokens };
        } catch (error) {
          localStorage.removeItem(LOGGED_IN_KEY);
          if (error instanceof LoginRequired) return { state: "out" };
          throw error;
        }
      }
      if (localStorage.getItem(LOGGED_IN_KEY) !== provider.issuer) return { state: "out" };
      await leave(true);
      return { state: "leaving" };
    },
    logIn: () => leave(false),
    async logOut(tokens) {
      localStorage.removeItem(LOGGED_IN_KEY);
      const url = provider.logoutUrl(tokens);
      if (url !== undefined) return location.assign(url);
      await provider.revoke(tokens);
      location.assign(new URL(".", location.href).href);
    },
  };
}
