import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { toSessionArn } from "../../../identity/caller.ts";
import { toRoleArn } from "../../../identity/role.ts";
import { assumeRole } from "../../../testing/assume-role.ts";
import { openStandIn, S3_ROLE, type StandIn } from "../../../testing/open-stand-in.ts";
import { createClient } from "../../../testing/s3-under-test.ts";
import { xmlValue } from "../../../testing/send-request.ts";
import { type PolicyStatement, withBucketPolicy } from "../../../testing/use-bucket-policy.ts";

export const Bucket = "test-bucket";
export const BUCKET_ARN = `arn:aws:s3:::${Bucket}`;
export const OBJECTS_ARN = `${BUCKET_ARN}/*`;
/** The role of all sessions here, which may do everything in S3. */
export const ROLE_ARN = toRoleArn(S3_ROLE);
export const SESSION_ARN = toSessionArn(S3_ROLE, "test-session");

export interface Access {
  s3: StandIn;
  /** May do everything that no bucket policy denies. */
  account: S3Client;
  /** Seconds to add to the server's clock. */
  moveClock(seconds: number): void;
  /** A session within this policy, if one is given. */
  session(Policy?: string, input?: Partial<AssumeRoleCommandInput>): Promise<S3Client>;
  withPolicy<T>(statements: readonly PolicyStatement[], run: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A stand-in whose bucket holds the object `k`. */
export async function openAccess(): Promise<Access> {
  let aheadMs = 0;
  const s3 = await openStandIn({ clock: () => new Date(Date.now() + aheadMs) });
  const account = createClient(s3);
  const clients = [account];
  await put(account, "k");
  return {
    s3,
    account,
    moveClock(seconds) {
      aheadMs = seconds * 1000;
    },
    async session(Policy, input = {}) {
      const { credentials } = await assumeRole(s3, { ...(Policy === undefined ? {} : { Policy }), ...input });
      const client = createClient({ ...s3, credentials });
      clients.push(client);
      return client;
    },
    withPolicy: (statements, run) => withBucketPolicy({ client: account, Bucket }, statements, run),
    async close() {
      for (const client of clients) client.destroy();
      await s3.close();
    },
  };
}

export function put(client: S3Client, Key: string, input: object = {}) {
  return client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...input }));
}

export function get(client: S3Client, Key = "k") {
  return client.send(new GetObjectCommand({ Bucket, Key }));
}

export function list(client: S3Client, input: object = {}) {
  return client.send(new ListObjectsV2Command({ Bucket, ...input }));
}

/** Fail as the SDK does. */
export function requireSuccess({ status, text }: { status: number; text: string }): void {
  if (status < 300) return;
  throw Object.assign(new Error(text), {
    name: xmlValue(text, "Code"),
    $metadata: { httpStatusCode: status },
  });
}

export async function fetchUrl(url: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(url, init);
  requireSuccess({ status: response.status, text: await response.text() });
}

/**
 * Whether a call is allowed.
 *
 * @throws any other refusal than AccessDenied, which is a mistake of the test
 */
export async function isAllowed(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return false;
    throw error;
  }
}
