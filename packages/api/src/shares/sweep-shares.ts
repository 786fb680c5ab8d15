import type { SweepSharesOutput } from "@waybill/core";
import { deleteObject, listObjects } from "@waybill/core/s3";
import type * as z from "zod/mini";
import type { ApiDeps } from "../context.ts";
import { findShare } from "./kept-shares.ts";
import { SHARES_PREFIX } from "./share-link.ts";

/** So long its sharer still sees that it has expired. */
const KEPT_MS = 30 * 24 * 3600_000;
const PAGE = 100;

/** Remove those of one page of everybody's shares that expired long ago. */
export async function sweepShares(
  { store, now }: ApiDeps,
  cursor: string | undefined,
): Promise<z.output<typeof SweepSharesOutput>> {
  const before = now().getTime() - KEPT_MS;
  const page = await listObjects(store, { prefix: SHARES_PREFIX, limit: PAGE, cursor });
  // Nothing is written to a share that has expired: what was written lately has not, or not for long.
  const old = page.objects.filter(({ lastModified }) => Date.parse(lastModified) <= before);
  const removed = await Promise.all(
    old.map(async ({ key }) => {
      const { expiresAt } = (await findShare(store, key))?.record ?? { expiresAt: null };
      if (expiresAt === null || Date.parse(expiresAt) > before) return 0;
      await deleteObject(store, key);
      return 1;
    }),
  );
  return {
    removed: removed.reduce<number>((sum, one) => sum + one, 0),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}
