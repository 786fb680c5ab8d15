import {
  HeadObjectInput,
  ListObjectsInput,
  ListObjectsOutput,
  RemoveObjectsInput,
  RemoveObjectsOutput,
  StoredObject,
} from "@waybill/core";
import { deleteObject, headObject, listObjects, withPartSize } from "@waybill/core/s3";
import { listPrefixes } from "./list-prefixes.ts";
import { placeOfKey, visiblePrefixes } from "./policy.ts";
import { procedure, router } from "./trpc.ts";

export const objectRouter = router({
  list: procedure
    .input(ListObjectsInput)
    .output(ListObjectsOutput)
    .query(async ({ ctx, input: { prefix, limit, cursor } }) => {
      const prefixes = visiblePrefixes(ctx.deps.collections, ctx.principal, prefix);
      const { items: objects, ...rest } = await listPrefixes({
        prefixes,
        cursor,
        limit,
        async list(visible, { limit: most, after }) {
          const page = await listObjects(ctx.deps.store, { prefix: visible, limit: most, cursor: after });
          return { items: page.objects, after: page.cursor };
        },
      });
      return { objects, ...rest };
    }),

  head: procedure
    .input(HeadObjectInput)
    .output(StoredObject)
    .query(async ({ ctx, input: { key } }) => {
      const { store, collections } = ctx.deps;
      placeOfKey(collections, ctx.principal, "read", key);
      return withPartSize(store, await headObject(store, key));
    }),

  remove: procedure
    .input(RemoveObjectsInput)
    .output(RemoveObjectsOutput)
    .mutation(async ({ ctx, input: { keys } }) => {
      for (const key of keys) placeOfKey(ctx.deps.collections, ctx.principal, "delete", key);
      await Promise.all(keys.map((key) => headObject(ctx.deps.store, key))); // one is missing: none is touched
      await Promise.all(keys.map((key) => deleteObject(ctx.deps.store, key)));
      return { removed: keys };
    }),
});
