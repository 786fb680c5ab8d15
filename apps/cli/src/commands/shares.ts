import type { Share } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { formatCount, printable } from "../format.ts";

export interface ShareOptions {
  /** Seconds; null: until it is revoked; undefined: as the API has it. */
  expiresIn: number | null | undefined;
  password: string | undefined;
  maxDownloads: number | undefined;
  inline: boolean;
}

/** A link that outlives every signature, and can be revoked. */
export async function share(
  { client, apiUrl, terminal, json, signal }: CommandContext,
  key: string,
  { inline, ...options }: ShareOptions,
): Promise<void> {
  const disposition = inline ? "inline" : "attachment";
  const { share: made, path } = await client.call(
    (api) => api.shares.create.mutate({ key, disposition, ...options }, { signal }),
    signal,
  );
  const url = `${apiUrl.replace(/\/$/, "")}${path}`;
  if (json) return terminal.print(JSON.stringify({ url, ...made }));
  terminal.print(url);
  const who = made.hasPassword ? "Who has this link and its password" : "Anybody who has this link";
  terminal.note(`${who} can download ${describeLimits(made)}. To end it: waybill unshare ${made.id}`);
}

/** List one's links; the links themselves are not known any more. */
export async function listShares(context: CommandContext): Promise<void> {
  const { client, terminal, json, signal } = context;
  let cursor: string | undefined;
  do {
    const page = await client.call((api) => api.shares.list.query({ cursor }, { signal }), signal);
    for (const one of page.shares) {
      terminal.print(
        json ? JSON.stringify(one) : `${one.id}  ${describeState(one).padEnd(36)}  ${printable(one.key)}`,
      );
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** End links, by what `waybill shares` calls them. */
export async function unshare(
  { client, terminal, json, signal }: CommandContext,
  ids: string[],
): Promise<void> {
  for (const id of ids) {
    const ended = await client.call((api) => api.shares.revoke.mutate({ id }, { signal }), signal);
    terminal.print(json ? JSON.stringify(ended) : `revoked ${id}`);
  }
}

function describeLimits({ expiresAt, downloads }: Share): string {
  const until = expiresAt === null ? "until it is revoked" : `until ${expiresAt}`;
  if (downloads === null) return until;
  return `${downloads.most === 1 ? "once" : `${formatCount(downloads.most)} times`}, ${until}`;
}

/** `until 2026-12-24 18:00, 1 of 3, password` */
function describeState({ state, expiresAt, downloads, hasPassword }: Share): string {
  const until = expiresAt === null ? "until revoked" : `until ${expiresAt.slice(0, 16).replace("T", " ")}`;
  return [
    state === "open" ? until : ENDED[state],
    ...(downloads === null ? [] : [`${formatCount(downloads.count)} of ${formatCount(downloads.most)}`]),
    ...(hasPassword ? ["password"] : []),
  ].join(", ");
}

const ENDED = { expired: "expired", "used-up": "used up", gone: "file gone" } as const;
