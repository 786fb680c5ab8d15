import { createWaybillClient } from "@waybill/client/browser";
import { WaybillError } from "@waybill/core";
import { loadConfig } from "../config/load-config.ts";
import { errorSentence } from "../error-sentence.ts";
import { openProvider, type Provider } from "../login/open-provider.ts";

export type ConnectResult = { ok: true; apiUrl: string; provider: Provider } | { ok: false; message: string };

/** Learn where the API is, and how people log in to it. @param redirectUri - this page */
export async function connect(redirectUri: string): Promise<ConnectResult> {
  const loaded = await loadConfig(fetch);
  if (!loaded.ok) return loaded;
  const { apiUrl } = loaded.config;
  try {
    const { login } = await createWaybillClient({ url: apiUrl }).call((api) => api.auth.options.query());
    const clientId = login?.clientIds.page;
    if (login === null || clientId === undefined) {
      throw new WaybillError("API_UNKNOWN", `The API at ${apiUrl} does not say how a page logs in.`);
    }
    return { ok: true, apiUrl, provider: await openProvider({ login, clientId, redirectUri }) };
  } catch (error) {
    return { ok: false, message: errorSentence(error) };
  }
}
