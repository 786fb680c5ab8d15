import type { CommandContext } from "../command-context.ts";

/** Who the API says we are. */
export async function whoAmI({
  client,
  identity,
  apiUrl,
  terminal,
  json,
  signal,
}: CommandContext): Promise<void> {
  const { id, scopes } = await client.call((api) => api.auth.whoAmI.query(undefined, { signal }), signal);
  const { name, issuer } = identity.login ?? {};
  if (json) return terminal.print(JSON.stringify({ id, name, issuer, apiUrl, scopes }));
  terminal.print(id);
  const by = issuer === undefined ? "by WAYBILL_TOKEN" : `by ${issuer}`;
  terminal.note(`${name === undefined ? "" : `${name}, `}known to ${apiUrl} ${by}.`);
}
