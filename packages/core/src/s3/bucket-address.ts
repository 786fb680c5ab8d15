export interface BucketAddress {
  /** `https://host[:port]` */
  origin: string;
  /** Empty, or `/bucket` in path style. */
  pathPrefix: string;
}

/**
 * Where a bucket answers. A name with dots gets path style, since it does not fit Amazon's wildcard
 * certificate.
 *
 * @param options.endpoint - an S3-compatible server, `http(s)://host[:port]`; Amazon when left out
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketAddress(options: {
  bucket: string;
  region: string;
  endpoint?: string | undefined;
  forcePathStyle?: boolean | undefined;
}): BucketAddress {
  const { bucket, region } = options;
  const { protocol, host } = new URL(options.endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (options.forcePathStyle || bucket.includes("."))
    return { origin: `${protocol}//${host}`, pathPrefix: `/${bucket}` };
  return { origin: `${protocol}//${bucket}.${host}`, pathPrefix: "" };
}
