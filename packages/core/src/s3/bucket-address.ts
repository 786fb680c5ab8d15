import { WaybillError } from "../waybill-error.ts";
import { CHINA_DNS_SUFFIX, dnsSuffix } from "./dns-suffix.ts";

export interface BucketAddress {
  bucket: string;
  /** `https://host[:port]` */
  origin: string;
  /** Decoded: empty, or `/bucket` in path style. */
  pathPrefix: string;
}

export interface BucketAddressOptions {
  bucket: string;
  region: string;
  /** An S3-compatible server, `http(s)://host[:port][/path]`; Amazon when left out. */
  endpoint?: string | undefined;
  forcePathStyle?: boolean | undefined;
  /** Amazon's hosts that have IPv6 addresses, too. */
  dualStack?: boolean | undefined;
  /** Transfer Acceleration: through the edge that is nearest to the caller. The bucket must have it enabled. */
  accelerate?: boolean | undefined;
  /** Amazon's hosts whose cryptography is validated by FIPS 140. */
  fips?: boolean | undefined;
}

/**
 * Where a bucket answers: the same host and path as the AWS SDK sends to. A name that is no single DNS label
 * gets path style, since it does not fit Amazon's wildcard certificate.
 *
 * @throws {WaybillError} `INVALID_INPUT` for what Amazon has no host for: acceleration in path style, with dots
 *   in the name, in China or with FIPS, FIPS in China, any of these at an endpoint of one's own, directory
 *   buckets, access points
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration-getting-started.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/dual-stack-endpoints.html
 */
export function bucketAddress(options: BucketAddressOptions): BucketAddress {
  const { bucket, endpoint } = options;
  // Access points are addressed by ARN; buckets of Express One Zone have zonal hosts and sessions of their own.
  if (bucket === "" || /[:/]|--(x|xa|op)-s3$/.test(bucket))
    throw refused(`${JSON.stringify(bucket)} is not the name of a general purpose bucket.`);
  return endpoint === undefined ? amazonAddress(options) : endpointAddress(options, endpoint);
}

function amazonAddress(options: BucketAddressOptions): BucketAddress {
  const { bucket, region, dualStack = false, accelerate = false, fips = false } = options;
  if (!isHostLabel(region)) throw refused(`${JSON.stringify(region)} is not the name of a Region.`);
  const suffix = dnsSuffix(region);
  const isChina = suffix === CHINA_DNS_SUFFIX;
  const inPath = options.forcePathStyle === true || !isVirtualHostable(bucket);
  if (fips && isChina) throw refused(`There are no FIPS hosts in ${region}.`);
  if (accelerate && (fips || isChina)) {
    throw refused(`There is no Transfer Acceleration ${fips ? "with FIPS" : `in ${region}`}.`);
  }
  if (accelerate && inPath) {
    throw refused("Transfer Acceleration wants the bucket in the host, and no dots in its name.");
  }
  const service = `s3${fips ? "-fips" : ""}${accelerate ? "-accelerate" : ""}${dualStack ? ".dualstack" : ""}`;
  const host = accelerate ? `${service}.${suffix}` : `${service}.${region}.${suffix}`;
  return inPath
    ? { bucket, origin: `https://${host}`, pathPrefix: `/${bucket}` }
    : { bucket, origin: `https://${bucket}.${host}`, pathPrefix: "" };
}

function endpointAddress(options: BucketAddressOptions, endpoint: string): BucketAddress {
  const { bucket, forcePathStyle, dualStack, accelerate, fips } = options;
  if (dualStack || accelerate || fips)
    throw refused("Dual-stack, acceleration and FIPS are Amazon's: leave out the endpoint.");
  const { protocol, host, hostname, pathname } = new URL(endpoint);
  const base = decodeURIComponent(pathname);
  // Without TLS no certificate minds a dot; and a bucket cannot stand before an address of numbers.
  const hostable =
    protocol === "http:" ? bucket.split(".").every(isVirtualHostable) : isVirtualHostable(bucket);
  if (forcePathStyle || !hostable || isIpAddress(hostname))
    return { bucket, origin: `${protocol}//${host}`, pathPrefix: `${base.replace(/\/$/, "")}/${bucket}` };
  return { bucket, origin: `${protocol}//${bucket}.${host}`, pathPrefix: base === "/" ? "" : base };
}

function isVirtualHostable(bucket: string): boolean {
  return isHostLabel(bucket) && bucket.length >= 3 && bucket === bucket.toLowerCase();
}

function isHostLabel(text: string): boolean {
  return /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(text);
}

function isIpAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(message: string): WaybillError {
  return new WaybillError("INVALID_INPUT", message);
}
