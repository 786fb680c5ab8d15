import type { KeyObject } from "node:crypto";
import * as z from "zod/mini";
import { ACCOUNT_ID } from "../../identity/account.ts";
import type { EdgeFunction, EdgeFunctions } from "../edge/edge-function.ts";
import { toPathMatcher } from "../path-pattern.ts";
import { type CacheBehavior, DistributionConfig, type Origin } from "./distribution-config.ts";
import { MANAGED_CACHE_POLICIES, MANAGED_ORIGIN_REQUEST_POLICIES } from "./managed-policies.ts";
import {
  CachePolicyConfig,
  KeyGroupConfig,
  OriginAccessControlConfig,
  OriginRequestPolicyConfig,
  PublicKeyConfig,
  ResponseHeadersPolicyConfig,
} from "./policies.ts";
import { parsePublicKey } from "./public-key.ts";

const Id = z.string();

/** What a distribution refers to, by the ids that it uses, each in the shape of its CloudFormation resource. */
const Resources = z.strictObject({
  cachePolicies: z._default(z.record(Id, CachePolicyConfig), {}),
  keyGroups: z._default(z.record(Id, KeyGroupConfig), {}),
  originAccessControls: z._default(z.record(Id, OriginAccessControlConfig), {}),
  originRequestPolicies: z._default(z.record(Id, OriginRequestPolicyConfig), {}),
  publicKeys: z._default(z.record(Id, PublicKeyConfig), {}),
  responseHeadersPolicies: z._default(z.record(Id, ResponseHeadersPolicyConfig), {}),
});
type Resources = z.infer<typeof Resources>;
export type DistributionResources = z.input<typeof Resources>;

export interface Distribution {
  id: string;
  arn: string;
  domainName: string;
  aliases: readonly string[];
  /** In their order: the last one is for every path. */
  behaviors: readonly Behavior[];
}

export interface Behavior {
  matches: (rawPath: string) => boolean;
  allowedMethods: readonly string[];
  cachesOptions: boolean;
  viewerProtocolPolicy: CacheBehavior["ViewerProtocolPolicy"];
  /** By id; absent where a viewer needs no signature. */
  trustedKeys: ReadonlyMap<string, KeyObject> | undefined;
  functions: ReadonlyMap<EdgeFunction["eventType"], EdgeFunction>;
  cachePolicy: CachePolicyConfig;
  originRequestPolicy: OriginRequestPolicyConfig | undefined;
  responseHeaders: ResponseHeadersPolicyConfig | undefined;
  origin: BehaviorOrigin;
}

export interface BehaviorOrigin {
  /** Such as `bucket.s3.eu-west-1.amazonaws.com`. */
  domainName: string;
  /** Before every key; empty, or `/prefix`. */
  path: string;
  signing: OriginAccessControlConfig["SigningBehavior"];
}

/**
 * Read a distribution, and refuse all that this stand-in does not do as CloudFront does it.
 *
 * @param options.functions - by the ARNs that the distribution names
 * @throws {Error} that names each problem
 */
export function parseDistribution(options: {
  distributionId: string;
  distributionConfig: unknown;
  resources: unknown;
  functions: EdgeFunctions;
}): Distribution {
  const config = parse(DistributionConfig, options.distributionConfig);
  const resources = parse(Resources, options.resources);
  const toBehavior = (behavior: CacheBehavior, pattern: string): Behavior => ({
    matches: toPathMatcher(pattern),
    ...resolveBehavior(behavior, { ...options, resources, origins: config.Origins }),
  });
  return {
    id: options.distributionId,
    arn: `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${options.distributionId}`,
    domainName: `${options.distributionId.toLowerCase()}.cloudfront.net`,
    aliases: config.Aliases,
    behaviors: [
      ...config.CacheBehaviors.map(({ PathPattern, ...behavior }) => toBehavior(behavior, PathPattern)),
      toBehavior(config.DefaultCacheBehavior, "*"),
    ],
  };
}

function parse<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`not a distribution that this stand-in knows:\n${z.prettifyError(parsed.error)}`);
}

function resolveBehavior(
  behavior: CacheBehavior,
  { resources, origins, functions }: { resources: Resources; origins: Origin[]; functions: EdgeFunctions },
): Omit<Behavior, "matches"> {
  const { OriginRequestPolicyId, ResponseHeadersPolicyId } = behavior;
  const cachePolicy = require("cache policy", behavior.CachePolicyId, resources.cachePolicies[
    behavior.CachePolicyId
  ] ?? MANAGED_CACHE_POLICIES.get(behavior.CachePolicyId));
  requireNoCompression(behavior, cachePolicy);
  return {
    allowedMethods: behavior.AllowedMethods,
    cachesOptions: behavior.CachedMethods.includes("OPTIONS"),
    viewerProtocolPolicy: behavior.ViewerProtocolPolicy,
    trustedKeys: resolveKeys(behavior.TrustedKeyGroups, resources),
    functions: new Map(
      behavior.LambdaFunctionAssociations.map(
        ({ EventType, IncludeBody = false, LambdaFunctionARN: arn }) => [
          EventType,
          {
            eventType: EventType,
            includeBody: IncludeBody,
            invoke: require("function", arn, functions[arn]),
          },
        ],
      ),
    ),
    cachePolicy,
    originRequestPolicy: find("origin request policy", OriginRequestPolicyId, (id) => {
      return resources.originRequestPolicies[id] ?? MANAGED_ORIGIN_REQUEST_POLICIES.get(id);
    }),
    responseHeaders: find("response headers policy", ResponseHeadersPolicyId, (id) => {
      return resources.responseHeadersPolicies[id];
    }),
    origin: resolveOrigin(behavior.TargetOriginId, origins, resources),
  };
}

function resolveOrigin(id: string, origins: readonly Origin[], resources: Resources): BehaviorOrigin {
  const origin = require("origin", id, origins.find(({ Id: candidate }) => candidate === id));
  const control = origin.OriginAccessControlId;
  return {
    domainName: origin.DomainName,
    path: origin.OriginPath,
    signing:
      control === undefined || control === ""
        ? "never"
        : require("origin access control", control, resources.originAccessControls[control]).SigningBehavior,
  };
}

function resolveKeys(
  groups: readonly string[],
  { keyGroups, publicKeys }: Resources,
): ReadonlyMap<string, KeyObject> | undefined {
  if (groups.length === 0) return undefined;
  const ids = groups.flatMap((group) => require("key group", group, keyGroups[group]).Items);
  return new Map(
    ids.map((id) => [id, parsePublicKey(id, require("public key", id, publicKeys[id]).EncodedKey)]),
  );
}

function find<T>(what: string, id: string | undefined, look: (id: string) => T | undefined): T | undefined {
  return id === undefined ? undefined : require(what, id, look(id));
}

function require<T>(what: string, id: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`the distribution names a ${what} that is not here: ${id}`);
  return value;
}

/** With both, CloudFront would compress what it answers with. */
function requireNoCompression({ Compress }: CacheBehavior, policy: CachePolicyConfig): void {
  const { EnableAcceptEncodingBrotli, EnableAcceptEncodingGzip } =
    policy.ParametersInCacheKeyAndForwardedToOrigin;
  if (Compress && (EnableAcceptEncodingBrotli || EnableAcceptEncodingGzip)) {
    throw new Error("this stand-in does not compress: no Compress with a cache policy for gzip or brotli");
  }
}
