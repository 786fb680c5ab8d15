import { distributionBucketPolicy, toDistribution } from "@waybill/lambda/testing/local-distribution";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { ACCOUNT, REGION, synthesized } from "./testing/synthesized.ts";

/* The local stack has a distribution of its own, since it has other keys and no TLS. Else it is to be this one. */

const { resources } = synthesized("dev");
const ORIGIN = "https://page.example";

const Policy = z.record(z.string(), z.unknown());
type Policy = z.infer<typeof Policy>;

const Behavior = z.object({
  PathPattern: z._default(z.string(), "*"),
  AllowedMethods: z.array(z.string()),
  CachePolicyId: z.string(),
  Compress: z.optional(z.boolean()),
  LambdaFunctionAssociations: z._default(
    z.array(z.object({ EventType: z.string(), IncludeBody: z.optional(z.boolean()) })),
    [],
  ),
  OriginRequestPolicyId: z.string(),
  ResponseHeadersPolicyId: z.string(),
  TrustedKeyGroups: z._default(z.array(z.string()), []),
  ViewerProtocolPolicy: z.string(),
});
const Config = z.object({ DefaultCacheBehavior: Behavior, CacheBehaviors: z.array(Behavior) });

interface Policies {
  cache: Record<string, Policy>;
  headers: Record<string, Policy>;
}

/** What each behaviour does, whatever its parts are called. */
function behaviors(config: unknown, { cache, headers }: Policies) {
  const { DefaultCacheBehavior, CacheBehaviors } = Config.parse(config);
  return [DefaultCacheBehavior, ...CacheBehaviors].map(
    ({ AllowedMethods, CachePolicyId, ResponseHeadersPolicyId, TrustedKeyGroups, ...behavior }) => ({
      ...behavior,
      methods: AllowedMethods.toSorted(),
      isSigned: TrustedKeyGroups.length > 0,
      cache: cache[CachePolicyId] ?? CachePolicyId, // one of AWS's own
      headers: headers[ResponseHeadersPolicyId] ?? ResponseHeadersPolicyId,
    }),
  );
}

function deployedResource(type: string, id: RegExp) {
  const found = resources.find((resource) => resource.type === `AWS::${type}` && id.test(resource.id));
  if (found === undefined) throw new Error(`There is no ${type}.`);
  return found;
}

/** As references to it have it. */
function nameOf({ id }: { id: string }): string {
  return id.toLowerCase();
}

function deployedPolicies(type: string, config: string): Record<string, Policy> {
  const found = resources.filter(
    (resource) => resource.type === `AWS::CloudFront::${type}` && resource.id.startsWith("FilesAtEdge"),
  );
  return Object.fromEntries(
    found.map(({ id, properties }) => {
      const { Name: _, Comment: __, ...policy } = Policy.parse(properties[config]);
      return [nameOf({ id }), policy];
    }),
  );
}

const page = nameOf(deployedResource("CloudFront::Distribution", /^Page/));
const files = deployedResource("CloudFront::Distribution", /^Files/);
const bucket = nameOf(deployedResource("S3::Bucket", /^Files/));
const local = toDistribution({
  bucket: "files",
  region: REGION,
  origins: [ORIGIN],
  publicKeys: new Map([["k1", "AAAA"]]),
});
const { distributionConfig, resources: own } = local;

it("does on the local stack what it does on AWS, for every path", () => {
  const asDeployed = behaviors(files.properties["DistributionConfig"], {
    cache: deployedPolicies("CachePolicy", "CachePolicyConfig"),
    headers: deployedPolicies("ResponseHeadersPolicy", "ResponseHeadersPolicyConfig"),
  });
  const named = JSON.parse(
    JSON.stringify(asDeployed).replaceAll(`https://${page}.domainname.example`, ORIGIN),
  ) as unknown;
  const policies = z.record(z.string(), Policy);
  expect(
    behaviors(distributionConfig, {
      cache: policies.parse(own.cachePolicies),
      headers: policies.parse(own.responseHeadersPolicies),
    }),
  ).toEqual(named);
});

it("signs to S3 as it does on AWS, and is let in to the same", () => {
  const [control] = Object.values(deployedPolicies("OriginAccessControl", "OriginAccessControlConfig"));
  expect(Object.values(own.originAccessControls ?? {})).toEqual([control]);

  const ofCloudFront = (policy: unknown) =>
    z
      .object({ Statement: z.array(z.looseObject({ Principal: z.unknown() })) })
      .parse(policy)
      .Statement.filter(({ Principal }) => JSON.stringify(Principal).includes("cloudfront"))
      .map((statement) => JSON.stringify({ ...statement, Sid: undefined }));
  const inWords = (policy: unknown, names: Record<string, string>) => {
    const text = ofCloudFront(policy).map((statement) =>
      Object.entries(names).reduce((said, [name, word]) => said.replaceAll(name, word), statement),
    );
    return text.map((statement) => JSON.parse(statement.toLowerCase()) as unknown);
  };
  const deployed = resources.find(
    ({ type, properties }) => type === "AWS::S3::BucketPolicy" && properties["Bucket"] === bucket,
  );
  expect(
    inWords(distributionBucketPolicy("files"), { "000000000000": ACCOUNT, [local.distributionId]: "it" }),
  ).toEqual(inWords(deployed?.properties["PolicyDocument"], { [bucket]: "files", [nameOf(files)]: "it" }));
});
