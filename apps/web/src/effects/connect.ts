import {
  createBrowserJournal,
  createWaybillClient,
  type BrowserJournal,
  type WaybillClient,
} from "@waybill/client/browser";
import { loadConfig } from "../config/load-config.ts";
import { errorSentence } from "../error-sentence.ts";

export type ConnectResult =
  | { ok: true; client: WaybillClient; journal: BrowserJournal }
  | { ok: false; message: string };

/** Learn where the API is, and see that it answers. */
export async function connect(): Promise<ConnectResult> {
  const loaded = await loadConfig(fetch);
  if (!loaded.ok) return loaded;
  const { apiUrl } = loaded.config;
  const journal = createBrowserJournal(`waybill ${apiUrl}`); // what another API knows is nothing to this one
  const client = createWaybillClient({ url: apiUrl, journal });
  try {
    await client.call((api) => api.health.query());
    return { ok: true, client, journal };
  } catch (error) {
    return { ok: false, message: errorSentence(error) };
  }
}
