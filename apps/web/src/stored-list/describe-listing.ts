import type { StoredFiles } from "../state/stored-files.ts";

/** What the list says about itself. */
export interface ListingView {
  /** How many files there are, as far as is known; empty while that cannot be told. */
  note: string;
  /** In the list's place, when it has no rows. */
  placeholder: string | undefined;
  error: string | undefined;
  canLoadMore: boolean;
  busy: boolean;
}

/** @param count - rows that are shown */
export function describeListing({ listing, cursor }: StoredFiles, count: number): ListingView {
  const busy = listing.state === "running";
  const error = listing.state === "failed" ? listing.message : undefined;
  return {
    note: note(count, cursor),
    placeholder: count > 0 ? undefined : placeholder(listing.state),
    error,
    canLoadMore: cursor !== undefined,
    busy,
  };
}

function note(count: number, cursor: string | undefined): string {
  if (count === 0) return "";
  if (cursor !== undefined) return `${count.toLocaleString("en")} shown, there are more`;
  return count === 1 ? "1 file" : `${count.toLocaleString("en")} files`;
}

function placeholder(state: StoredFiles["listing"]["state"]): string | undefined {
  switch (state) {
    case "never":
    case "running":
      return "Loading…";
    case "failed":
      return undefined; // the error says it
    case "done":
      return "Nothing is stored yet. The first file you send will be listed here.";
  }
}
