import type { LifecycleRule as RuleOfS3 } from "@aws-sdk/client-s3";
import type { LifecycleRule } from "../schemas/lifecycle.ts";
import { WaybillError } from "../waybill-error.ts";
import { askStore, type Store } from "./store.ts";

/** The bucket's lifecycle rules that are enabled and mean every object below a prefix. */
export async function listLifecycleRules(store: Store): Promise<LifecycleRule[]> {
  try {
    const { Rules = [] } = await askStore(store, "tell its lifecycle rules", (client, sdk) =>
      client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: store.bucket })),
    );
    return Rules.filter(meansAll).map(toRule);
  } catch (error) {
    if (error instanceof WaybillError && error.code === "OBJECT_NOT_FOUND") return []; // it has none
    throw error;
  }
}

/** Tags and sizes leave objects out. */
function meansAll({ Status, Filter = {} }: RuleOfS3): boolean {
  const { And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = Filter;
  const isNarrow = [And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan].some((part) => part !== undefined);
  return Status === "Enabled" && !isNarrow;
}

function toRule(rule: RuleOfS3): LifecycleRule {
  const { ID: id = "", Prefix: prefix = "", Filter, Expiration, AbortIncompleteMultipartUpload } = rule;
  const { NoncurrentDays, NewerNoncurrentVersions } = rule.NoncurrentVersionExpiration ?? {};
  return {
    id,
    prefix: Filter?.Prefix ?? prefix, // in the older form it is the rule's own
    expirationDays: Expiration?.Days,
    expiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker,
    noncurrentDays: NewerNoncurrentVersions === undefined ? NoncurrentDays : undefined, // else some stay
    daysAfterInitiation: AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  };
}
