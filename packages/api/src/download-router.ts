import { CreateDownloadInput, CreateDownloadOutput } from "@waybill/core";
import { headObject } from "@waybill/core/s3";
import { collectionOfOwnKey } from "./policy.ts";
import { procedure, router } from "./trpc.ts";

export const downloadRouter = router({
  // A mutation: every answer is a new grant, which no cache may keep.
  create: procedure
    .input(CreateDownloadInput)
    .output(CreateDownloadOutput)
    .mutation(async ({ ctx, input: { key, fileName, expiresIn, disposition } }) => {
      const { downloadExpiresIn, defaultDownloadExpiresIn } = collectionOfOwnKey(ctx.principal, key);
      const object = await headObject(ctx.deps.store, key);
      const { request, expiresAt } = await ctx.deps.signer.signGet({
        key,
        fileName: fileName ?? object.fileName,
        disposition,
        asked: expiresIn ?? defaultDownloadExpiresIn,
        policy: downloadExpiresIn,
      });
      return { object, request, expiresAt: expiresAt.toISOString() };
    }),
});
