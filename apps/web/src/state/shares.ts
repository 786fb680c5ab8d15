import type { Share } from "@waybill/core";

/** Somebody makes a link to a file: what the dialog shows. */
export interface Sharing {
  key: string;
  fileName: string;
  step:
    | { state: "asking"; problem?: string }
    | { state: "making" }
    | { state: "made"; share: Share; url: string };
}

export interface Shares {
  /** The newest first. */
  listed: readonly Share[];
  /** Why they could not be listed. */
  problem: string | undefined;
  rows: ReadonlyMap<string, { state: "revoking" } | { state: "failed"; message: string }>;
  sharing: Sharing | undefined;
  /** Id of the link whose end waits for a yes. */
  confirming: string | undefined;
}

export type SharesEvent =
  | { type: "listed"; shares: readonly Share[] }
  | { type: "listing-failed"; message: string }
  | { type: "share-asked"; key: string; fileName: string }
  | { type: "share-left" }
  | { type: "making-began" }
  | { type: "made"; share: Share; url: string }
  | { type: "making-failed"; message: string }
  | { type: "revoke-asked"; id: string }
  | { type: "revoke-declined" }
  | { type: "revoke-began"; id: string }
  | { type: "revoked"; id: string }
  | { type: "revoke-failed"; id: string; message: string };

export const initialShares: Shares = {
  listed: [],
  problem: undefined,
  rows: new Map(),
  sharing: undefined,
  confirming: undefined,
};

export function shares(state: Shares, event: SharesEvent): Shares {
  switch (event.type) {
    case "listed":
      return { ...state, listed: event.shares, problem: undefined };
    case "listing-failed":
      return { ...state, problem: event.message };
    case "share-asked":
      return { ...state, sharing: { key: event.key, fileName: event.fileName, step: { state: "asking" } } };
    case "share-left":
      return { ...state, sharing: undefined };
    case "making-began":
      return withStep(state, { state: "making" });
    case "made": {
      const { share, url } = event;
      const listed = [share, ...state.listed.filter(({ id }) => id !== share.id)];
      // Of a link to another file that nobody waits for any more there is the row.
      const isMeant = state.sharing?.key === share.key && state.sharing.step.state === "making";
      return isMeant ? withStep({ ...state, listed }, { state: "made", share, url }) : { ...state, listed };
    }
    case "making-failed":
      return state.sharing?.step.state === "making"
        ? withStep(state, { state: "asking", problem: event.message })
        : state;
    case "revoke-asked":
      return { ...state, confirming: event.id };
    case "revoke-declined":
      return { ...state, confirming: undefined };
    case "revoke-began":
      return withRow({ ...state, confirming: undefined }, event.id, { state: "revoking" });
    case "revoked":
      return withRow(
        { ...state, listed: state.listed.filter(({ id }) => id !== event.id) },
        event.id,
        undefined,
      );
    case "revoke-failed":
      return withRow(state, event.id, { state: "failed", message: event.message });
  }
}

function withStep(state: Shares, step: Sharing["step"]): Shares {
  return state.sharing === undefined ? state : { ...state, sharing: { ...state.sharing, step } };
}

function withRow(
  state: Shares,
  id: string,
  row: { state: "revoking" } | { state: "failed"; message: string } | undefined,
): Shares {
  const rows = new Map(state.rows);
  if (row === undefined) rows.delete(id);
  else rows.set(id, row);
  return { ...state, rows };
}
