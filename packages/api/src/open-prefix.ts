import { WaybillError, type DownloadCookiesInput, type DownloadCookiesOutput } from "@waybill/core";
import type * as z from "zod/mini";
import type { ApiDeps } from "./context.ts";
import { assertPermitted, ownPlace, placeOfKey, prefixOf, type Place } from "./policy.ts";
import type { Principal } from "./principal.ts";

/**
 * Cookies of CloudFront for one owner's objects in a collection, or for a folder of them: never for more, since the rule
 * is asked about one owner at a time.
 *
 * @throws {WaybillError} `COLLECTION_NOT_FOUND`, `FORBIDDEN`, `OBJECT_NOT_FOUND`, `ROUTE_UNAVAILABLE`
 */
export async function openPrefix(
  deps: ApiDeps,
  principal: Principal,
  { collection, expiresIn, ...asked }: z.output<typeof DownloadCookiesInput>,
): Promise<DownloadCookiesOutput & { cookies: string[] }> {
  const place =
    asked.prefix === undefined
      ? readableOwnPlace(deps, principal, collection ?? "files")
      : placeOfKey(deps.collections, principal, "read", asked.prefix);
  const prefix = asked.prefix ?? prefixOf(place);
  const { defaultDownload, download } = place.collection.expiresIn;
  const sign = signerOfCookies(deps, place);
  const { expiresAt, ...signed } = await sign({
    prefix,
    asked: expiresIn ?? defaultDownload,
    policy: download,
  });
  return { ...signed, prefix, expiresAt: expiresAt.toISOString() };
}

function readableOwnPlace({ collections }: ApiDeps, principal: Principal, name: string): Place {
  const place = ownPlace(collections, principal, name);
  assertPermitted(principal, "read", place);
  return place;
}

function signerOfCookies({ cookies, doors }: ApiDeps, { collection }: Place) {
  if (!collection.routes.includes("cloudfront"))
    throw new WaybillError("ROUTE_UNAVAILABLE", `cloudfront is not offered by ${collection.name}.`);
  if (doors.cloudfront === undefined)
    throw new WaybillError("ROUTE_UNAVAILABLE", "This deployment has no distribution of CloudFront.");
  if (cookies === undefined)
    throw new WaybillError(
      "ROUTE_UNAVAILABLE",
      "This deployment gives no cookies: WAYBILL_COOKIE_DOMAIN has to name the site that its API and its distribution share.",
    );
  return cookies;
}
