import type { Remembered } from "../state/send-options.ts";

const KEYS = { collection: "waybill.collection", route: "waybill.route" } as const;

/** What was chosen in this tab before a reload. */
export function rememberedOptions(storage: Storage): Partial<Remembered> {
  const collection = storage.getItem(KEYS.collection) ?? undefined;
  const route = storage.getItem(KEYS.route) ?? undefined;
  return { ...(collection !== undefined && { collection }), ...(route !== undefined && { route }) };
}

export function rememberOptions(storage: Storage, { collection, route }: Remembered): void {
  storage.setItem(KEYS.collection, collection);
  storage.setItem(KEYS.route, route);
}
