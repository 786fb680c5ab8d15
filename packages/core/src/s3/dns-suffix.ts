/** The partitions whose services have names of their own; GovCloud shares those of the commercial Regions. */
const PARTITIONS: readonly (readonly [regions: RegExp, dnsSuffix: string])[] = [
  [/^cn-\w+-\d+$/, "amazonaws.com.cn"],
  [/^eusc-de-\w+-\d+$/, "amazonaws.eu"],
  [/^us-iso-\w+-\d+$/, "c2s.ic.gov"],
  [/^us-isob-\w+-\d+$/, "sc2s.sgov.gov"],
  [/^eu-isoe-\w+-\d+$/, "cloud.adc-e.uk"],
  [/^us-isof-\w+-\d+$/, "csp.hci.ic.gov"],
];

export const CHINA_DNS_SUFFIX = "amazonaws.com.cn";

/**
 * The domain of a Region's services, `amazonaws.com` in most.
 *
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
export function dnsSuffix(region: string): string {
  return PARTITIONS.find(([regions]) => regions.test(region))?.[1] ?? "amazonaws.com";
}
