import type { Job } from "./job.ts";

/** Short, so that a cell with a stall takes seconds and not minutes. */
export const WAYBILL_STALL_MS = 3000;

/** Once, or again at every call, as an application gets a user's token. */
export async function tokenOf({ origin, userToken }: Job): Promise<string | (() => Promise<string>)> {
  const get = async () => (await fetch(`${origin}/token`)).text();
  return userToken === "renewed" ? get : get();
}
