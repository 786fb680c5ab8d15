import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalAws, type LocalAws, type LocalAwsOptions } from "../create-local-aws.ts";
import { toRoleArn } from "../identity/role.ts";
import type { S3UnderTest } from "./s3-under-test.ts";

export interface StandIn extends S3UnderTest {
  dataDir: string;
  aws: LocalAws;
  /** What was logged so far. */
  lines: string[];
}

/** A role whose sessions may do everything in S3. */
export const S3_ROLE = "s3-access";

/** A stand-in with an empty bucket, in a folder that goes away with it. */
export async function openStandIn(options: Partial<LocalAwsOptions> = {}): Promise<StandIn> {
  const dataDir = await mkdtemp(join(tmpdir(), "local-aws-"));
  const bucket = "test-bucket";
  const lines: string[] = [];
  const aws = await createLocalAws({
    dataDir,
    buckets: [{ name: bucket }],
    roles: [{ name: S3_ROLE, policies: [{ Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }] }],
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    bucket,
    sts: { endpoint: aws.endpoint, roleArn: toRoleArn(S3_ROLE) },
    dataDir,
    aws,
    lines,
    async close() {
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
