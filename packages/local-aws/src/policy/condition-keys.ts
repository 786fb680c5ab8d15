import { S3_CONDITION_KEYS } from "./s3-condition-keys.ts";

/** A condition key as a policy names it: `aws:PrincipalTag/team`. */
export interface ConditionKey {
  /** In lower case, with its suffix: how a request's context names it. */
  readonly name: string;
  /** Whether a request may hold several values, so that a condition needs a set operator. */
  readonly multivalued: boolean;
  /** The S3 actions whose requests can hold it; `undefined` when all can. */
  readonly s3Actions: readonly string[] | undefined;
}

export interface ConditionKeySpec {
  /** The name goes on behind a slash: a tag's key. */
  readonly suffix?: true;
  readonly multivalued?: true;
  readonly s3Actions?: readonly string[];
}

/**
 * Look a key up, in any case.
 *
 * Known are the keys that a request to S3 or STS of one account without an organization can hold, and those it
 * surely lacks. Others are refused: AWS might set them, and a condition on them would then hold there and not here.
 */
export function findConditionKey(name: string): ConditionKey | undefined {
  const lower = name.toLowerCase();
  const slash = lower.indexOf("/");
  const spec = KEYS.get(slash === -1 ? lower : lower.slice(0, slash));
  const hasSuffix = slash !== -1 && slash < lower.length - 1;
  if (spec === undefined || (spec.suffix ?? false) !== hasSuffix || (slash !== -1 && !hasSuffix)) {
    return undefined;
  }
  return { name: lower, multivalued: spec.multivalued ?? false, s3Actions: spec.s3Actions };
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const GLOBAL_CONDITION_KEYS = {
  "aws:CalledVia": { multivalued: true },
  "aws:CalledViaFirst": {},
  "aws:CalledViaLast": {},
  "aws:CurrentTime": {},
  "aws:EpochTime": {},
  "aws:FederatedProvider": {},
  "aws:MultiFactorAuthAge": {},
  "aws:MultiFactorAuthPresent": {},
  "aws:PrincipalAccount": {},
  "aws:PrincipalArn": {},
  "aws:PrincipalIsAWSService": {},
  "aws:PrincipalOrgID": {},
  "aws:PrincipalOrgPaths": { multivalued: true },
  "aws:PrincipalServiceName": {},
  "aws:PrincipalServiceNamesList": { multivalued: true },
  "aws:PrincipalTag": { suffix: true },
  "aws:PrincipalType": {},
  "aws:Referer": {},
  "aws:RequestedRegion": {},
  "aws:RequestTag": { suffix: true },
  "aws:ResourceAccount": {},
  "aws:ResourceOrgID": {},
  "aws:ResourceOrgPaths": { multivalued: true },
  "aws:ResourceTag": { suffix: true },
  "aws:SecureTransport": {},
  "aws:SourceAccount": {},
  "aws:SourceArn": {},
  "aws:SourceIdentity": {},
  "aws:SourceIp": {},
  "aws:SourceOrgID": {},
  "aws:SourceOrgPaths": { multivalued: true },
  "aws:SourceVpc": {},
  "aws:SourceVpcArn": {},
  "aws:SourceVpce": {},
  "aws:TagKeys": { multivalued: true },
  "aws:TokenIssueTime": {},
  "aws:UserAgent": {},
  "aws:userid": {},
  "aws:username": {},
  "aws:ViaAWSService": {},
  "aws:VpceAccount": {},
  "aws:VpceOrgID": {},
  "aws:VpceOrgPaths": { multivalued: true },
  "aws:VpcSourceIp": {},
} as const satisfies Record<string, ConditionKeySpec>;

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_sts.html */
const STS_CONDITION_KEYS = {
  "iam:ResourceTag": { suffix: true },
  "sts:ExternalId": {},
  "sts:RoleSessionName": {},
  "sts:SourceIdentity": {},
  "sts:TransitiveTagKeys": { multivalued: true },
} as const satisfies Record<string, ConditionKeySpec>;

const KEYS: ReadonlyMap<string, ConditionKeySpec> = new Map(
  Object.entries<ConditionKeySpec>({
    ...GLOBAL_CONDITION_KEYS,
    ...S3_CONDITION_KEYS,
    ...STS_CONDITION_KEYS,
  }).map(([name, spec]) => [name.toLowerCase(), spec]),
);
