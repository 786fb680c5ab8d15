import { WaybillError } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";

/** A signed download link. It may end earlier than asked: the answer says when. */
export async function url(
  { client, terminal, json, signal }: CommandContext,
  key: string,
  options: { expiresIn?: number | undefined; fileName?: string | undefined },
): Promise<void> {
  const grant = await client.call(
    (api) => api.downloads.create.mutate({ key, ...options }, { signal }),
    signal,
  );
  if (grant.route === "credentials")
    throw new WaybillError("ROUTE_UNAVAILABLE", "This collection gives no links.");
  const { request, expiresAt } = grant;
  terminal.print(json ? JSON.stringify({ url: request.url, expiresAt }) : request.url);
  if (!json) terminal.note(`Anybody who has this link can download until ${expiresAt}.`);
}
