import type { Caller } from "../../identity/caller.ts";
import { callerPolicies } from "../../identity/caller-policies.ts";
import { type Decision, evaluatePolicies } from "../../policy/evaluate-policies.ts";
import type { parsePolicy } from "../../policy/parse-policy.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { S3Call } from "../operation.ts";
import type { VersionAddress } from "../require-found.ts";
import type { Address } from "../resolve-address.ts";
import type { Tag } from "../tagging/tag.ts";
import { accessDenied } from "./access-denied.ts";
import { isPublicPolicy } from "./public-policy.ts";
import { publicAccessBlock } from "./public-access-block.ts";
import { type RequestFacts, toS3Context } from "./request-context.ts";

/**
 * What a caller may do with one request: what the policies of its role, of its session and of the bucket say
 * together.
 *
 * @param options.address - of the request, whose `versionId` parameter belongs to it
 * @param options.headerTags - that a header of the request names
 * @param options.readPolicy - `parsePolicy`, or one that remembers what it read
 */
export function createAuthorize(options: {
  store: ObjectStore;
  readPolicy: typeof parsePolicy;
  caller: Caller;
  address: Address;
  facts: RequestFacts;
  headerTags: readonly Tag[];
}): S3Call["authorize"] {
  const { store, readPolicy, caller, facts } = options;

  const decide = (action: string, asked: Address | VersionAddress, requestTags: readonly Tag[]): Decision => {
    const policy = store.buckets.setting(asked.bucket, "policy");
    if (caller.kind === "account" && (policy === undefined || OWNERS_OWN.has(action))) return ALLOWED;
    if (caller.kind === "anonymous" && isClosed(store, asked.bucket, policy)) return NOT_PUBLIC;
    const address = withVersion(asked, options);
    const context = toS3Context(facts, {
      action,
      requestTags,
      caller,
      versionId: address.versionId,
      existingTags: findTags(store, address),
    });
    const resource = policy === undefined ? undefined : readPolicy(policy, "resource");
    return evaluatePolicies(
      { action, resource: toArn(asked), principal: caller, context },
      { ...callerPolicies(caller, readPolicy), resource },
    );
  };

  return (action, address, requestTags = options.headerTags) => {
    const decision = decide(action, address, requestTags);
    if (!decision.allowed) throw accessDenied(decision, { caller, action, resource: toArn(address) });
  };
}

const ALLOWED: Decision = { allowed: true };
const NOT_PUBLIC: Decision = { allowed: false, reason: "implicit-deny", by: "resource" };

/**
 * What the account may do whatever the bucket policy says, so that none can lock it out.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const OWNERS_OWN: ReadonlySet<string> = new Set([
  "s3:DeleteBucketPolicy",
  "s3:GetBucketPolicy",
  "s3:PutBucketPolicy",
]);

/** `RestrictPublicBuckets`: a policy that would let in everybody lets in the account alone. */
function isClosed(store: ObjectStore, bucket: string, policy: string | undefined): boolean {
  return (
    policy === undefined || (publicAccessBlock(store, bucket).RestrictPublicBuckets && isPublicPolicy(policy))
  );
}

function withVersion(
  asked: Address | VersionAddress,
  { address, facts }: { address: Address; facts: RequestFacts },
): VersionAddress {
  if ("versionId" in asked) return asked;
  const isOfRequest = asked.bucket === address.bucket && asked.key === address.key;
  return { ...asked, versionId: isOfRequest ? facts.query.get("versionId") : undefined };
}

function findTags({ objects }: ObjectStore, { bucket, key, versionId }: VersionAddress): readonly Tag[] {
  if (key === "") return [];
  const version =
    versionId === undefined ? objects.find(bucket, key) : objects.version(bucket, key, versionId);
  return version === undefined || version.isDeleteMarker ? [] : version.tags;
}

function toArn({ bucket, key }: Address): string {
  if (bucket === "") return "*";
  return key === "" ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}
