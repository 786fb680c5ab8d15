import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalAws, type ChecksumSupport, type Faults } from "@waybill/local-aws";

/** Where an API keeps objects, and has credentials from. */
export interface StoreToUse {
  endpoint: string;
  region: string;
  /** They may do everything. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  bucket: string;
  sts: {
    endpoint: string;
    /** May do everything in S3, until a session policy takes it away. */
    roleArn: string;
  };
  /** Of a stand-in. */
  faults?: Faults;
  dataDir?: string;
  close: () => Promise<void>;
}

const BUCKET = "waybill-test";
const ROLE = "waybill-sessions";
const ALL_OF_S3 = { Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } };

/** A store of its own. */
export async function openStandIn(options: { checksums?: ChecksumSupport } = {}): Promise<StoreToUse> {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-api-"));
  const aws = await createLocalAws({
    ...options,
    dataDir,
    buckets: [{ name: BUCKET }],
    roles: [{ name: ROLE, policies: [ALL_OF_S3] }],
  });
  const { endpoint, region, credentials, faults } = aws;
  return {
    endpoint,
    region,
    credentials,
    faults,
    dataDir,
    bucket: BUCKET,
    sts: { endpoint, roleArn: aws.roleArn(ROLE) },
    async close() {
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
