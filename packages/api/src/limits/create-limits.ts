import { keySegment } from "@waybill/core";
import { maySweep } from "../policy.ts";
import type { Principal } from "../principal.ts";
import { createAccount, type Account, type AccountDeps } from "./account.ts";
import type { SeenUploads } from "./ledger.ts";

/** How much a principal may have, over all instances of the API together. Who may sweep may have everything. */
export interface Limits {
  /** One call. @throws {WaybillError} `TOO_MANY_REQUESTS` */
  countRequest(principal: Principal): Promise<void>;
  /**
   * Before an upload in parts begins in the store: whether there is room for it. It counts nothing.
   *
   * @throws {WaybillError} as `beginUpload`
   */
  assertRoom(principal: Principal, upload: { sizeBytes: number }): Promise<void>;
  /**
   * An upload that is about to be signed.
   *
   * @param upload.uploadId - of one in parts, which is in the store already
   * @throws {WaybillError} `LIMIT_EXCEEDED`; `TOO_LARGE` for more than fits into a day
   */
  beginUpload(
    principal: Principal,
    upload: { sizeBytes: number; uploadId: string | undefined },
  ): Promise<void>;
  /**
   * One that is gone on with. What was counted when it began is not counted again.
   *
   * @throws {WaybillError} `LIMIT_EXCEEDED`, `TOO_LARGE`
   */
  resumeUpload(principal: Principal, upload: { sizeBytes: number; uploadId: string }): Promise<void>;
}

/** Principals that an instance remembers. Whoever is forgotten loses what is left of its lease. */
const MAX_ACCOUNTS = 5000;

/** @param deps.seeUploads - asks the store what is open of a principal */
export function createLimits(
  deps: AccountDeps & { seeUploads: (principal: Principal) => Promise<SeenUploads> },
): Limits {
  const { limits } = deps;
  const accounts = new Map<string, Account>();
  const countsUploads = limits.bytesPerDay !== undefined || limits.openUploads !== undefined;

  function accountOf(principal: Principal): Account {
    const name = keySegment(principal.id);
    const account = accounts.get(name) ?? createAccount(deps, name, () => deps.seeUploads(principal));
    accounts.delete(name); // the one that was used last is forgotten last
    accounts.set(name, account);
    const [oldest] = accounts.keys();
    if (accounts.size > MAX_ACCOUNTS && oldest !== undefined) accounts.delete(oldest);
    return account;
  }

  return {
    async countRequest(principal) {
      if (limits.requestsPerMinute === undefined || maySweep(principal)) return;
      await accountOf(principal).ask({ kind: "request" });
    },
    async assertRoom(principal, { sizeBytes }) {
      if (!countsUploads || maySweep(principal)) return;
      await accountOf(principal).ask({ kind: "look", sizeBytes });
    },
    async beginUpload(principal, { sizeBytes, uploadId }) {
      if (!countsUploads || maySweep(principal)) return;
      const id = uploadId === undefined ? undefined : await digestOf(uploadId);
      await accountOf(principal).ask({ kind: "upload", sizeBytes, id, isNew: true });
    },
    async resumeUpload(principal, { sizeBytes, uploadId }) {
      if (!countsUploads || maySweep(principal)) return;
      const id = await digestOf(uploadId);
      await accountOf(principal).ask({ kind: "upload", sizeBytes, id, isNew: false });
    },
  };
}

/** As an upload is known in a ledger: short, whatever the store calls it. */
export async function digestOf(uploadId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(uploadId));
  return btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12)));
}
