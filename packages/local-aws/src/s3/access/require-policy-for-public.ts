import type { ObjectStore } from "../object-store/object-store.ts";
import type { Address } from "../resolve-address.ts";
import { S3Error } from "../s3-error.ts";

/**
 * Refuse an anonymous request that no policy can allow, before anything of it is looked at.
 *
 * @throws {S3Error} `AccessDenied` unless the bucket has a policy, or is not there
 */
export function requirePolicyForPublic(store: ObjectStore, { bucket }: Address): void {
  const isThere = bucket === "" || store.buckets.find(bucket) !== undefined;
  if (!isThere || store.buckets.setting(bucket, "policy") !== undefined) return;
  throw new S3Error("AccessDenied", { logNote: "no credentials" });
}
