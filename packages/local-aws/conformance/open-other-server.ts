import { randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { createClient, type S3UnderTest } from "../src/testing/s3-under-test.ts";

const Environment = z.object({
  S3_ENDPOINT: z.url(),
  S3_REGION: z._default(z.string(), "us-east-1"),
  S3_ACCESS_KEY_ID: z.string(),
  S3_SECRET_ACCESS_KEY: z.string(),
  STS_ENDPOINT: z.optional(z.url()),
  /** A role that may do everything in S3. */
  STS_ROLE_ARN: z.optional(z.string()),
});

/**
 * A new bucket on the server that the environment names. It goes away with all that is in it.
 *
 * @throws when a variable is missing or the bucket cannot be made
 */
export async function openOtherServer(env: NodeJS.ProcessEnv): Promise<S3UnderTest> {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, ...sts } = Environment.parse(env);
  const bucket = `conformance-${randomBytes(8).toString("hex")}`;
  const s3 = {
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
    bucket,
    ...toSts(sts),
    close: async () => {},
  };
  const client = createClient(s3);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    ...s3,
    async close() {
      await removeBucket(client, bucket);
      client.destroy();
    },
  };
}

function toSts(env: {
  STS_ENDPOINT?: string | undefined;
  STS_ROLE_ARN?: string | undefined;
}): Pick<S3UnderTest, "sts"> {
  const { STS_ENDPOINT: endpoint, STS_ROLE_ARN: roleArn } = env;
  return endpoint === undefined || roleArn === undefined ? {} : { sts: { endpoint, roleArn } };
}

/** The SDK reads a key of one line feed as an empty one, unless it comes encoded. */
const EncodingType = "url";
const plain = (key = "") => decodeURIComponent(key.replaceAll("+", " "));

/** Each round takes away what it found, so the first page is always the next one. */
async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, EncodingType }));
    if (Uploads.length === 0) break;
    for (const { Key, UploadId } of Uploads) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key: plain(Key), UploadId }));
    }
  }
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, EncodingType }));
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (versions.length === 0) break;
    for (const { Key, VersionId } of versions) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: plain(Key), VersionId }));
    }
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
