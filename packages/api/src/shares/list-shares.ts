import type { ListSharesInput, ListSharesOutput } from "@waybill/core";
import { listObjects } from "@waybill/core/s3";
import type * as z from "zod/mini";
import type { ApiDeps } from "../context.ts";
import type { Principal } from "../principal.ts";
import { findShare } from "./kept-shares.ts";
import { idOfShareKey, sharesOf } from "./share-link.ts";
import { describeShare } from "./share-record.ts";

/** One page of what somebody shares. */
export async function listShares(
  { store, now }: ApiDeps,
  sharer: Principal,
  { limit, cursor }: z.output<typeof ListSharesInput>,
): Promise<z.output<typeof ListSharesOutput>> {
  const page = await listObjects(store, { prefix: sharesOf(sharer), limit, cursor });
  const found = await Promise.all(
    page.objects.map(async ({ key }) => ({ id: idOfShareKey(key), share: await findShare(store, key) })),
  );
  const shares = found.flatMap(({ id, share }) =>
    // The prefix is a short hash: this says whose it is.
    share?.record.sharer.id === sharer.id ? [describeShare(id, share.record, now())] : [],
  );
  return {
    shares: shares.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}
