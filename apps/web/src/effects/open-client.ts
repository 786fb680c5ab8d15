import {
  createBrowserJournal,
  createWaybillClient,
  type BrowserJournal,
  type ClientCollections,
  type WaybillClient,
} from "@waybill/client/browser";
import { createTokenKeeper } from "@waybill/client/token-keeper";
import { WaybillError } from "@waybill/core";
import type { Provider, Tokens, User } from "../login/open-provider.ts";

/** What somebody who is logged in works with. */
export interface UserClient {
  client: WaybillClient<ClientCollections>;
  /** Theirs alone: who uses this browser after them neither sees nor goes on with what they have begun. */
  journal: BrowserJournal;
  /** Those of now. */
  tokens: () => Tokens;
}

/** @param options.onEnded - the provider does not renew the login any more */
export function openClient(options: {
  apiUrl: string;
  provider: Provider;
  user: User;
  tokens: Tokens;
  onEnded: () => void;
}): UserClient {
  const { apiUrl, provider, user, onEnded } = options;
  let tokens = options.tokens;
  const token = createTokenKeeper<Tokens>({
    initial: tokens,
    nowMs: () => Date.now(),
    async renew() {
      try {
        return (tokens = await provider.refresh(tokens));
      } catch (error) {
        if (error instanceof WaybillError && error.code === "UNAUTHENTICATED") onEnded();
        throw error;
      }
    },
  });
  const journal = createBrowserJournal(`waybill ${apiUrl} ${user.issuer} ${user.subject}`);
  return {
    client: createWaybillClient<ClientCollections>({ url: apiUrl, journal, token }),
    journal,
    tokens: () => tokens,
  };
}
