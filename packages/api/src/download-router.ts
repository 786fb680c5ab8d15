import {
  CreateDownloadInput,
  CreateDownloadOutput,
  DownloadCookiesInput,
  DownloadCookiesOutput,
} from "@waybill/core";
import { headObject, withPartSize } from "@waybill/core/s3";
import { downloadRoute, signerOf } from "./collections/offered-route.ts";
import { openPrefix } from "./open-prefix.ts";
import { placeOfKey } from "./policy.ts";
import { procedure, publicProcedure, router } from "./trpc.ts";

export const downloadRouter = router({
  // For everybody, since an object may be public. A mutation: every answer is a new grant, which no cache may keep.
  create: publicProcedure
    .input(CreateDownloadInput)
    .output(CreateDownloadOutput)
    .mutation(async ({ ctx, input: { key, fileName, expiresIn, disposition, ...input } }) => {
      const { principal } = ctx;
      const { store, collections } = ctx.deps;
      const place = placeOfKey(collections, principal, "read", key);
      const wish = { choice: input.route, avoid: input.avoid, key };
      const { route, reason: routeReason } = downloadRoute(ctx.deps, place, principal, wish);
      const object = await withPartSize(store, await headObject(store, key));
      if (route === "credentials") return { route, routeReason, object };
      const { defaultDownload, download } = place.collection.expiresIn;
      const { expiresAt, ...grant } = await signerOf(ctx.deps, route).signGet({
        key,
        fileName: fileName ?? object.fileName,
        disposition,
        asked: expiresIn ?? defaultDownload,
        policy: download,
      });
      return { route, routeReason, object, ...grant, expiresAt: expiresAt.toISOString() };
    }),

  /** Let a browser see what is below a prefix, by plain URLs. */
  cookies: procedure
    .input(DownloadCookiesInput)
    .output(DownloadCookiesOutput)
    .mutation(async ({ ctx, input }) => {
      const { cookies, ...opened } = await openPrefix(ctx.deps, ctx.principal, input);
      ctx.setCookies.push(...cookies);
      return opened;
    }),
});
