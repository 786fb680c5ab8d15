import { createWaybillClient, type WaybillClient } from "@waybill/client/browser";
import { loadConfig } from "../config/load-config.ts";
import { errorSentence } from "../error-sentence.ts";

export type ConnectResult = { ok: true; client: WaybillClient } | { ok: false; message: string };

/** Learn where the API is, and see that it answers. */
export async function connect(): Promise<ConnectResult> {
  const loaded = await loadConfig(fetch);
  if (!loaded.ok) return loaded;
  const client = createWaybillClient({ url: loaded.config.apiUrl });
  try {
    await client.call((api) => api.health.query());
    return { ok: true, client };
  } catch (error) {
    return { ok: false, message: errorSentence(error) };
  }
}
