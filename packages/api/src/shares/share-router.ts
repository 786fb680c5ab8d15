import {
  CreateShareInput,
  CreateShareOutput,
  ListSharesInput,
  ListSharesOutput,
  RevokeShareInput,
  RevokeShareOutput,
  SweepSharesInput,
  SweepSharesOutput,
  WaybillError,
} from "@waybill/core";
import { deleteObject } from "@waybill/core/s3";
import { maySweep } from "../policy.ts";
import { SWEEP_SCOPE } from "../principal.ts";
import { procedure, router } from "../trpc.ts";
import { createShare } from "./create-share.ts";
import { findShare } from "./kept-shares.ts";
import { listShares } from "./list-shares.ts";
import { shareKey } from "./share-link.ts";
import { sweepShares } from "./sweep-shares.ts";

/** Everybody sees and revokes their own. */
export const shareRouter = router({
  create: procedure
    .input(CreateShareInput)
    .output(CreateShareOutput)
    .mutation(({ ctx, input }) => createShare(ctx.deps, ctx.principal, input)),

  list: procedure
    .input(ListSharesInput)
    .output(ListSharesOutput)
    .query(({ ctx, input }) => listShares(ctx.deps, ctx.principal, input)),

  revoke: procedure
    .input(RevokeShareInput)
    .output(RevokeShareOutput)
    .mutation(async ({ ctx: { deps, principal }, input: { id } }) => {
      const key = shareKey(principal, id);
      const found = await findShare(deps.store, key);
      if (found?.record.sharer.id !== principal.id)
        throw new WaybillError("OBJECT_NOT_FOUND", `There is no share ${id}.`);
      await deleteObject(deps.store, key);
      return { id, revoked: true as const };
    }),

  /** Removes what ended long ago, page by page; for the worker. */
  sweep: procedure
    .input(SweepSharesInput)
    .output(SweepSharesOutput)
    .mutation(({ ctx: { deps, principal }, input: { cursor } }) => {
      if (!maySweep(principal))
        throw new WaybillError("FORBIDDEN", `Only a principal with the scope ${SWEEP_SCOPE} removes shares.`);
      return sweepShares(deps, cursor);
    }),
});
