import {
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";
import { type CloudFront, type CloudFrontOptions, createCloudFront } from "../create-cloudfront.ts";
import { toDistributionConfig, toResources } from "./distribution.ts";

const Bucket = "test-bucket";

export interface Edge {
  s3: StandIn;
  client: S3Client;
  /** A distribution that is closed with the rest. */
  open(options?: Partial<CloudFrontOptions>): Promise<CloudFront & { lines: string[] }>;
  /** Let CloudFront alone in, for this distribution. */
  allow(distributionArn: string, Action?: readonly string[]): Promise<void>;
  put(Key: string, Body?: string): Promise<unknown>;
  get(Key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A stand-in of S3, and distributions before it. The first one that is opened is the one that may enter. */
export async function openEdge(): Promise<Edge> {
  const s3 = await openStandIn();
  const client = createClient(s3);
  const opened: CloudFront[] = [];
  const edge: Edge = {
    s3,
    client,
    async open(options = {}) {
      const lines: string[] = [];
      const cloudFront = await createCloudFront({
        distributionConfig: toDistributionConfig(),
        resources: toResources(),
        s3: { endpoint: s3.endpoint, region: s3.region, dataDir: s3.dataDir },
        log: (line) => lines.push(line),
        ...options,
      });
      if (opened.length === 0) await edge.allow(cloudFront.distributionArn);
      opened.push(cloudFront);
      return { ...cloudFront, lines };
    },
    async allow(distributionArn, Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "cloudfront.amazonaws.com" },
          Action,
          Resource: `arn:aws:s3:::${Bucket}/*`,
          Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
        },
      });
      await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
    put: (Key, Body = "stored") => client.send(new PutObjectCommand({ Bucket, Key, Body })),
    async get(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString();
    },
    async close() {
      await Promise.all(opened.map((cloudFront) => cloudFront.close()));
      client.destroy();
      await s3.close();
    },
  };
  return edge;
}
