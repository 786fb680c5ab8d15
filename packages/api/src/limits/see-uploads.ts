import { MAX_LIST_PAGE } from "@waybill/core";
import { listMultipartUploads, type Store, type UploadMarker } from "@waybill/core/s3";
import type { Collections } from "../collections/define-collections.ts";
import { ownPlace, prefixOf } from "../policy.ts";
import type { Principal } from "../principal.ts";
import { digestOf } from "./create-limits.ts";
import type { SeenUploads } from "./ledger.ts";

/** Of one prefix. */
const MAX_PAGES = 10;

/** Ask the store which uploads are open where this principal's go. */
export async function seeUploads(
  { store, collections }: { store: Store; collections: Collections },
  principal: Principal,
): Promise<SeenUploads> {
  const places = Object.keys(collections).map((name) => ownPlace(collections, principal, name));
  const seen = await Promise.all(
    places.map(async (place) => {
      const isOwn = place.owner === principal.id; // and not, for instance, its team's
      const { uploads, isAll } = await listAll(store, prefixOf(place));
      const described = uploads.map(async ({ uploadId, initiatedAt }) => {
        return { id: await digestOf(uploadId), initiatedAtMs: Date.parse(initiatedAt), isOwn };
      });
      return { uploads: await Promise.all(described), isAll };
    }),
  );
  return { uploads: seen.flatMap(({ uploads }) => uploads), isAll: seen.every(({ isAll }) => isAll) };
}

async function listAll(store: Store, prefix: string) {
  const uploads = [];
  let after: UploadMarker | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const listed = await listMultipartUploads(store, { prefix, limit: MAX_LIST_PAGE, after });
    uploads.push(...listed.uploads);
    after = listed.next;
    if (after === undefined) return { uploads, isAll: true };
  }
  return { uploads, isAll: false };
}
