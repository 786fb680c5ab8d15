import { CollectionAction, ListCollectionsOutput, type CollectionInfo } from "@waybill/core";
import { openRoutes } from "./collections/offered-route.ts";
import { isPermitted, ownPlace, prefixOf } from "./policy.ts";
import { procedure, router } from "./trpc.ts";

export const collectionRouter = router({
  /** The collections of which this principal may do anything with its own objects. */
  list: procedure.output(ListCollectionsOutput).query(({ ctx: { deps, principal } }) => {
    const all = Object.keys(deps.collections).map((name): CollectionInfo => {
      const place = ownPlace(deps.collections, principal, name);
      const { maxBytes, accept, overwrite, visibility, retention } = place.collection;
      return {
        name,
        maxBytes,
        accept: [...accept],
        routes: openRoutes(deps, place.collection),
        overwrite,
        visibility,
        retentionDays: retention?.days,
        prefix: prefixOf(place),
        actions: CollectionAction.options.filter((action) => isPermitted(principal, action, place)),
      };
    });
    return { collections: all.filter(({ actions }) => actions.length > 0) };
  }),
});
