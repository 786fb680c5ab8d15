/** Who may fetch what, when and from where. */
export interface CloudFrontPolicy {
  /**
   * The URL, or a pattern: `*` stands for any characters, `?` for one. Never left out, since a policy
   * without it opens every distribution that trusts the key.
   */
  resource: string;
  expiresAt: Date;
  startsAt?: Date | undefined;
  /** One IPv4 range, such as `192.0.2.0/24`. */
  ipRange?: string | undefined;
}

/**
 * The text that is signed: exactly this, without white space.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
export function policyText({ resource, expiresAt, startsAt, ipRange }: CloudFrontPolicy): string {
  const condition = {
    DateLessThan: { "AWS:EpochTime": epochSeconds(expiresAt) },
    ...(startsAt === undefined ? {} : { DateGreaterThan: { "AWS:EpochTime": epochSeconds(startsAt) } }),
    ...(ipRange === undefined ? {} : { IpAddress: { "AWS:SourceIp": ipRange } }),
  };
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
}

export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
