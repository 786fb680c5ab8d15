import type { ListSharesInput, ListSharesOutput, Share } from "@waybill/core";
import { listObjects } from "@waybill/core/s3";
import type * as z from "zod/mini";
import type { ApiDeps } from "../context.ts";
import type { Principal } from "../principal.ts";
import { findShared } from "./find-shared.ts";
import { findShare } from "./kept-shares.ts";
import { idOfShareKey, sharesOf } from "./share-link.ts";
import { describeShare } from "./share-record.ts";

/** One page of what somebody shares. */
export async function listShares(
  deps: ApiDeps,
  sharer: Principal,
  { limit, cursor }: z.output<typeof ListSharesInput>,
): Promise<z.output<typeof ListSharesOutput>> {
  const page = await listObjects(deps.store, { prefix: sharesOf(sharer), limit, cursor });
  const found = await Promise.all(page.objects.map(({ key }) => describe(deps, sharer, key)));
  const shares = found.flatMap((share) => share ?? []);
  return {
    shares: shares.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}

async function describe(deps: ApiDeps, sharer: Principal, key: string): Promise<Share | undefined> {
  const found = await findShare(deps.store, key);
  // The prefix is a short hash: the record says whose it is.
  if (found?.record.sharer.id !== sharer.id) return undefined;
  const share = describeShare(idOfShareKey(key), found.record, deps.now());
  if (share.state !== "open") return share;
  return (await findShared(deps, found.record)) === undefined ? { ...share, state: "gone" } : share;
}
