import { CreateDownloadInput, CreateDownloadOutput } from "@waybill/core";
import { headObject, withPartSize } from "@waybill/core/s3";
import { placeOfKey } from "./policy.ts";
import { publicProcedure, router } from "./trpc.ts";

export const downloadRouter = router({
  // For everybody, since an object may be public. A mutation: every answer is a new grant, which no cache may keep.
  create: publicProcedure
    .input(CreateDownloadInput)
    .output(CreateDownloadOutput)
    .mutation(async ({ ctx, input: { key, fileName, expiresIn, disposition } }) => {
      const { store, collections } = ctx.deps;
      const { collection } = placeOfKey(collections, await ctx.authenticate(), "read", key);
      const object = await withPartSize(store, await headObject(store, key));
      const { request, expiresAt } = await ctx.deps.signer.signGet({
        key,
        fileName: fileName ?? object.fileName,
        disposition,
        asked: expiresIn ?? collection.expiresIn.defaultDownload,
        policy: collection.expiresIn.download,
      });
      return { object, request, expiresAt: expiresAt.toISOString() };
    }),
});
