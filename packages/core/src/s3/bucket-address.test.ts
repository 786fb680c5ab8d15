import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketAddress, type BucketAddressOptions } from "./bucket-address.ts";

const regions = fc.constantFrom(
  "us-east-1",
  "eu-west-1",
  "us-gov-west-1",
  "cn-north-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "ap-future-9",
  "auto",
);
const buckets = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("bucket", "my-bucket-1", "abc", "a".repeat(63)) },
  fc.constantFrom(
    "ab",
    "a".repeat(64),
    "my.bucket",
    "a.bc",
    "my..bucket",
    "Bucket",
    "under_score",
    "-bucket",
    "bucket-",
  ),
  fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,12}[a-z0-9]$/), // dotted ones stand above: of some the SDK makes no valid URL before an IP address
);
const endpoints = fc.constantFrom(
  undefined,
  undefined,
  "https://store.example",
  "https://store.example:8443/",
  "http://store.example:9000",
  "http://localhost:9000/",
  "http://127.0.0.1:4320",
  "http://127.0.0.1:4320/",
  "http://[::1]:4320",
  "http://store.example/s3",
  "https://store.example/a/s3/",
);
const flags = fc.option(fc.boolean(), { nil: undefined });

/** Where the SDK sends a request with the same options; undefined where it refuses. */
async function sdkAddress(options: BucketAddressOptions): Promise<string | undefined> {
  const { bucket, region, endpoint, forcePathStyle, dualStack, accelerate, fips } = options;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: forcePathStyle ?? false,
    useDualstackEndpoint: dualStack ?? false,
    useAccelerateEndpoint: accelerate ?? false,
    useFipsEndpoint: fips ?? false,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
  });
  try {
    const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: "key" })));
    return `${url.origin}${url.pathname}`;
  } catch {
    return undefined;
  }
}

function ourAddress(options: BucketAddressOptions): string | undefined {
  try {
    const { origin, pathPrefix } = bucketAddress(options);
    return `${origin}${pathPrefix}/key`;
  } catch (error) {
    expect(error).toMatchObject({ name: "WaybillError", code: "INVALID_INPUT" });
    return undefined;
  }
}

describe("bucketAddress", () => {
  it("is where the SDK sends its requests, and refuses what the SDK refuses", async () => {
    const options = fc.record({
      bucket: buckets,
      region: regions,
      endpoint: endpoints,
      forcePathStyle: flags,
      dualStack: flags,
      accelerate: flags,
      fips: flags,
    });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(options, async (some) => {
        const expected = await sdkAddress(some);
        if (expected !== undefined) found += 1;
        expect(ourAddress(some)).toBe(expected);
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it.each([
    [{ bucket: "files", region: "eu-west-1" }, "https://files.s3.eu-west-1.amazonaws.com", ""],
    [{ bucket: "my.files", region: "eu-west-1" }, "https://s3.eu-west-1.amazonaws.com", "/my.files"],
    [
      { bucket: "files", region: "eu-west-1", dualStack: true },
      "https://files.s3.dualstack.eu-west-1.amazonaws.com",
      "",
    ],
    [
      { bucket: "files", region: "eu-west-1", accelerate: true },
      "https://files.s3-accelerate.amazonaws.com",
      "",
    ],
    [
      { bucket: "files", region: "eu-west-1", accelerate: true, dualStack: true },
      "https://files.s3-accelerate.dualstack.amazonaws.com",
      "",
    ],
    [{ bucket: "files", region: "cn-north-1" }, "https://files.s3.cn-north-1.amazonaws.com.cn", ""],
    [
      { bucket: "files", region: "us-gov-west-1", fips: true },
      "https://files.s3-fips.us-gov-west-1.amazonaws.com",
      "",
    ],
    [
      { bucket: "files", region: "x", endpoint: "https://store.example:443/" },
      "https://files.store.example",
      "",
    ],
    [{ bucket: "files", region: "x", endpoint: "http://127.0.0.1:4320/" }, "http://127.0.0.1:4320", "/files"],
    [
      { bucket: "files", region: "x", endpoint: "https://store.example/a%20b", forcePathStyle: true },
      "https://store.example",
      "/a b/files",
    ],
  ])("puts %j at %s%s", (options, origin, pathPrefix) => {
    expect(bucketAddress(options)).toEqual({ bucket: options.bucket, origin, pathPrefix });
  });

  it.each([
    "",
    "a/b",
    "arn:aws:s3:eu-west-1:111122223333:accesspoint/files",
    "files--euw1-az1--x-s3",
    "files--euw1-az1--xa-s3",
    "files--op-s3",
  ])("knows nothing of the bucket %j", (bucket) => {
    expect(ourAddress({ bucket, region: "eu-west-1" })).toBeUndefined();
  });

  it.each(["", "eu-west-1.example", "eu/west", "-", "a".repeat(64)])("refuses the Region %j", (region) => {
    expect(ourAddress({ bucket: "files", region })).toBeUndefined();
  });
});
