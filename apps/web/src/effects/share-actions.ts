import { WaybillError, type Share } from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";
import type { SharesEvent } from "../state/shares.ts";

/** What somebody chooses for a link. */
export interface ShareWishes {
  /** Seconds; null: until it is revoked. */
  expiresIn: number | null;
  password: string | undefined;
  maxDownloads: number | undefined;
}

export interface ShareActions {
  refresh: () => Promise<void>;
  share: (key: string, wishes: ShareWishes) => Promise<void>;
  revoke: (id: string) => Promise<void>;
}

export function createShareActions(options: {
  apiUrl: string;
  listPage: (cursor: string | undefined) => Promise<{ shares: Share[]; cursor?: string | undefined }>;
  create: (key: string, wishes: ShareWishes) => Promise<{ share: Share; path: string }>;
  revokeShare: (id: string) => Promise<unknown>;
  dispatch: (event: SharesEvent) => void;
}): ShareActions {
  const { apiUrl, listPage, create, revokeShare, dispatch } = options;
  return {
    async refresh() {
      try {
        const shares: Share[] = [];
        let cursor: string | undefined;
        do {
          const page = await listPage(cursor);
          shares.push(...page.shares);
          cursor = page.cursor;
        } while (cursor !== undefined);
        shares.sort((a, b) => b.createdAt.localeCompare(a.createdAt)); // each page is
        dispatch({ type: "listed", shares });
      } catch (error) {
        dispatch({ type: "listing-failed", message: errorSentence(error) });
      }
    },
    async share(key, wishes) {
      dispatch({ type: "making-began" });
      try {
        const { share, path } = await create(key, wishes);
        dispatch({ type: "made", share, url: `${apiUrl.replace(/\/$/, "")}${path}` });
      } catch (error) {
        dispatch({ type: "making-failed", message: errorSentence(error) });
      }
    },
    async revoke(id) {
      dispatch({ type: "revoke-began", id });
      try {
        await revokeShare(id).catch(unlessGone);
        dispatch({ type: "revoked", id });
      } catch (error) {
        dispatch({ type: "revoke-failed", id, message: `It could not be ended. ${errorSentence(error)}` });
      }
    },
  };
}

// It was revoked elsewhere, or only the answer was lost.
function unlessGone(error: unknown): void {
  if (!(error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND")) throw error;
}
