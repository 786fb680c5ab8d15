import type { RerouteUploadInput, RerouteUploadOutput } from "@waybill/core";
import type * as z from "zod/mini";
import { claimsOfToken } from "./claims-of-token.ts";
import { collectionNamed } from "./collections/define-collections.ts";
import { uploadRoute } from "./collections/offered-route.ts";
import type { ApiDeps } from "./context.ts";
import type { Principal } from "./principal.ts";

/**
 * Another route for an upload that is under way, on which its plan can stay what it is: what has arrived stays.
 *
 * @throws {WaybillError} `TOO_LARGE` or `ROUTE_UNAVAILABLE` where there is none; `TOKEN_INVALID`, `TOKEN_EXPIRED`,
 *   `FORBIDDEN`, `OBJECT_NOT_FOUND`
 */
export async function rerouteUpload(
  deps: ApiDeps,
  principal: Principal,
  { token, avoid }: z.output<typeof RerouteUploadInput>,
): Promise<z.output<typeof RerouteUploadOutput>> {
  const claims = await claimsOfToken(deps, principal, token);
  const collection = collectionNamed(deps.collections, claims.collection);
  const { kind, sizeBytes, partSizeBytes } = claims.plan;
  const planned = kind === "single" ? { sizeBytes, inOne: true } : { sizeBytes, partSizeBytes };
  const { key, metadata } = claims;
  const load = { key, hasMetadata: Object.keys(metadata).length > 0, ...planned };
  const wish = { choice: "auto" as const, avoid: [...avoid, claims.route], ...load };
  const { route, reason } = uploadRoute(deps, collection, wish);
  return { token: await deps.tokens.issue({ ...claims, route }), route, routeReason: reason };
}
