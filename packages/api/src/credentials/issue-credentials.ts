import {
  CollectionAction,
  keySegment,
  WaybillError,
  type IssueCredentialsInput,
  type IssuedCredentials,
} from "@waybill/core";
import type * as z from "zod/mini";
import type { ApiDeps } from "../context.ts";
import { assertPermitted, isPermitted, ownPlace, prefixOf } from "../policy.ts";
import type { Principal } from "../principal.ts";
import { ownerTooLong, sessionPolicy } from "./session-policy.ts";

/**
 * Temporary credentials by which a client signs for itself, or any S3 client works, within what the rule of
 * the collection gives this principal.
 *
 * Their holder is not held to the collection's size and types, since no policy of S3 can say them.
 *
 * @throws {WaybillError} `COLLECTION_NOT_FOUND`, `ROUTE_UNAVAILABLE`, `FORBIDDEN`
 */
export async function issueCredentials(
  { collections, vending, address, region, now }: ApiDeps,
  principal: Principal,
  { collection: name, expiresIn, ...asked }: z.output<typeof IssueCredentialsInput>,
): Promise<IssuedCredentials> {
  const place = ownPlace(collections, principal, name);
  const { routes, overwrite, expiresIn: longest } = place.collection;
  if (vending === undefined || !routes.includes("credentials"))
    throw new WaybillError("ROUTE_UNAVAILABLE", `${name} gives no credentials.`);
  for (const action of asked.actions ?? []) assertPermitted(principal, action, place);
  const actions =
    asked.actions ?? CollectionAction.options.filter((action) => isPermitted(principal, action, place));
  if (actions.length === 0) throw new WaybillError("FORBIDDEN", `You may do nothing in ${name}.`);
  const prefix = prefixOf(place);
  const policy = sessionPolicy({ bucketArn: vending.bucketArn, prefix, actions, overwrite });
  const sessionName = sessionNameOf(principal);
  const { expiration, ...credentials } = await vending
    .assume({ sessionName, durationSeconds: expiresIn, policy })
    .catch((error: unknown) => {
      // How much of its room a policy takes is known to STS alone.
      const isTooLarge = error instanceof WaybillError && errorNameOf(error.cause) === PACKED_TOO_LARGE;
      throw isTooLarge ? ownerTooLong(error) : error;
    });
  return {
    ...credentials,
    expiresAt: expiration.toISOString(),
    now: now().toISOString(),
    region,
    endpoint: vending.endpoint ?? null,
    address: { bucket: address.bucket, origin: address.origin, pathPrefix: address.pathPrefix },
    prefix,
    actions,
    overwrite,
    uploadExpiresIn: longest.upload,
  };
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors */
const PACKED_TOO_LARGE = "PackedPolicyTooLargeException";

function errorNameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/** Who it is, for CloudTrail, in the letters that STS takes; the rest of a long name is cut off. */
function sessionNameOf({ id }: Principal): string {
  return `waybill-${keySegment(id).replaceAll("~", "=")}`.slice(0, 64);
}
