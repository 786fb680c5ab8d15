import { BlockList } from "node:net";
import * as z from "zod/mini";
import { matchesResource } from "./resource-pattern.ts";

const Time = z.strictObject({ "AWS:EpochTime": z.int().check(z.nonnegative()) });

/**
 * What a signature may allow. Without `Resource` it opens everything of every distribution that trusts the key.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html#private-content-custom-policy-statement
 */
const ViewerPolicy = z.strictObject({
  Statement: z.tuple([
    z.strictObject({
      Resource: z.optional(z.string().check(z.regex(/^(?:https?:\/\/|\*)/))),
      Condition: z.strictObject({
        DateLessThan: Time,
        DateGreaterThan: z.optional(Time),
        IpAddress: z.optional(z.strictObject({ "AWS:SourceIp": z.string().check(z.refine(isIpv4Range)) })),
      }),
    }),
  ]),
});
export type ViewerPolicy = z.infer<typeof ViewerPolicy>;

/** @returns `undefined` for what is no policy of one statement, each word as documented */
export function parseViewerPolicy(json: string): ViewerPolicy | undefined {
  try {
    return ViewerPolicy.safeParse(JSON.parse(json)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * What was signed when no policy is sent, to the letter.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 */
export function cannedPolicyText(url: string, expires: string): string {
  return `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** @returns what stands against it, for the log; `undefined` when nothing does */
export function findPolicyProblem(
  { Statement: [{ Resource, Condition }] }: ViewerPolicy,
  request: { url: string; clientIp: string; now: Date },
): string | undefined {
  const { DateLessThan, DateGreaterThan, IpAddress } = Condition;
  const nowMs = request.now.getTime();
  if (nowMs >= DateLessThan["AWS:EpochTime"] * 1000) return "it has expired";
  if (DateGreaterThan !== undefined && nowMs <= DateGreaterThan["AWS:EpochTime"] * 1000) {
    return "it is not valid yet";
  }
  if (IpAddress !== undefined && !isInRange(IpAddress["AWS:SourceIp"], request.clientIp)) {
    return "it is for another address";
  }
  if (Resource !== undefined && !matchesResource(Resource, request.url)) return "it is for another URL";
  return undefined;
}

const IPV4_RANGE = /^((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?$/;

function isIpv4Range(text: string): boolean {
  const [, address = "", bits = "32"] = IPV4_RANGE.exec(text) ?? [];
  return address.split(".").every((byte) => byte !== "" && Number(byte) <= 255) && Number(bits) <= 32;
}

function isInRange(range: string, address: string): boolean {
  const [network = "", bits = "32"] = range.split("/");
  const list = new BlockList();
  list.addSubnet(network, Number(bits), "ipv4");
  return list.check(address, "ipv4");
}
