import type { ClientCollections, WaybillClient } from "@waybill/client/browser";
import type { CollectionInfo } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import type { SendOptions, SendOptionsEvent } from "../state/send-options.ts";
import type { Store } from "../state/store.ts";
import { rememberedOptions, rememberOptions } from "./remembered-options.ts";

/**
 * What can be chosen; without it everything goes to `files`, along any way.
 *
 * @returns all there are; none where they could not be asked for
 */
export async function loadCollections(
  client: WaybillClient<ClientCollections>,
  sending: Store<SendOptions, SendOptionsEvent>,
): Promise<readonly CollectionInfo[]> {
  try {
    const { collections } = await client.call((api) => api.collections.list.query());
    sending.dispatch({ type: "known", collections, remembered: rememberedOptions(sessionStorage) });
    sending.subscribe((options) => rememberOptions(sessionStorage, options));
    return collections;
  } catch (error) {
    errorSentence(error);
    return [];
  }
}
