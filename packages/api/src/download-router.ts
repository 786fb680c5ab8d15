import { CreateDownloadInput, CreateDownloadOutput } from "@waybill/core";
import { headObject, withPartSize } from "@waybill/core/s3";
import { downloadRoute } from "./collections/offered-route.ts";
import { placeOfKey } from "./policy.ts";
import { publicProcedure, router } from "./trpc.ts";

export const downloadRouter = router({
  // For everybody, since an object may be public. A mutation: every answer is a new grant, which no cache may keep.
  create: publicProcedure
    .input(CreateDownloadInput)
    .output(CreateDownloadOutput)
    .mutation(async ({ ctx, input: { key, fileName, expiresIn, disposition, ...input } }) => {
      const { store, collections, signer } = ctx.deps;
      const principal = await ctx.authenticate();
      const place = placeOfKey(collections, principal, "read", key);
      const route = downloadRoute(ctx.deps, place, principal, input.route);
      const object = await withPartSize(store, await headObject(store, key));
      if (route === "credentials") return { route, object };
      const { defaultDownload, download } = place.collection.expiresIn;
      const { request, expiresAt } = await signer.signGet({
        key,
        fileName: fileName ?? object.fileName,
        disposition,
        asked: expiresIn ?? defaultDownload,
        policy: download,
      });
      return { route, object, request, expiresAt: expiresAt.toISOString() };
    }),
});
