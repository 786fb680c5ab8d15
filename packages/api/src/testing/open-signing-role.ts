import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "@waybill/core";
import { bucketAddress, createRequestSigner, createSigningRole, createStsClient } from "@waybill/core/s3";
import { createLocalAws } from "@waybill/local-aws";

const BUCKET = "waybill-test";
const ROLE = "waybill-grants";

/** How long a session of the role lives, in seconds. */
export const SESSION_SECONDS = 3600;

/** A signer whose role may read and write objects of one bucket, and the store, with one clock for both. */
export async function openSigningRole() {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-signing-"));
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const Resource = `arn:aws:s3:::${BUCKET}/*`;
  const policy = { Statement: { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource } };
  const aws = await createLocalAws({
    dataDir,
    clock: now,
    buckets: [{ name: BUCKET }],
    roles: [{ name: ROLE, policies: [policy] }],
  });
  const { region, endpoint } = aws;
  const client = await createStsClient({
    region,
    endpoint,
    credentials: async () => ({ ...aws.credentials }),
  });
  let assumedTimes = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      assumedTimes += 1;
      return next(args);
    },
    { step: "initialize" },
  );
  const sessions = new Map<string, Credentials>(); // by access key
  const role = createSigningRole({
    sts: async () => client,
    roleArn: aws.roleArn(ROLE),
    sessionName: "test",
    durationSeconds: SESSION_SECONDS,
    now,
  });
  const credentials = async () => {
    const session = await role();
    sessions.set(session.accessKeyId, session);
    return session;
  };
  const address = bucketAddress({ bucket: BUCKET, region, endpoint });
  return {
    address,
    region,
    clock,
    now,
    credentials,
    /** How often STS was asked for a session. */
    assumedTimes: () => assumedTimes,
    /** The credentials that signed a URL. */
    sessionOf: (url: string): Credentials | undefined =>
      sessions.get(new URL(url).searchParams.get("X-Amz-Credential")?.split("/")[0] ?? ""),
    signer: createRequestSigner({ address, region, credentials, now }),
    doors: {},
    async [Symbol.asyncDispose]() {
      client.destroy();
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
