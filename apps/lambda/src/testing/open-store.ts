import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createLocalAws, type LocalAws, type LocalAwsOptions } from "@waybill/local-aws";

export const BUCKET = "waybill";

export interface TestStore extends AsyncDisposable {
  aws: LocalAws;
  dataDir: string;
  /** Of the account, past every door. */
  client: S3Client;
  /** As a store that cannot be reached is there again, with what it had. */
  restart(): Promise<void>;
}

/** A store with one bucket, for what stands before it. */
export async function openStore({
  bucket = {},
  roles = [],
}: {
  bucket?: Omit<NonNullable<LocalAwsOptions["buckets"]>[number], "name">;
  roles?: NonNullable<LocalAwsOptions["roles"]>;
} = {}): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-doors-"));
  const options = { dataDir, buckets: [{ ...bucket, name: BUCKET }], roles };
  let aws = await createLocalAws(options);
  const client = new S3Client({ ...aws, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
  return {
    get aws() {
      return aws;
    },
    dataDir,
    client,
    async restart() {
      const { credentials, endpoint } = aws;
      aws = await createLocalAws({ ...options, credentials, port: Number(new URL(endpoint).port) });
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
