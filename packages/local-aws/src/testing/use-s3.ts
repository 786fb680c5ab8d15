import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";

export interface S3InUse {
  s3: S3UnderTest;
  client: S3Client;
  Bucket: string;
}

/**
 * Opens a server before the tests of a suite and closes it after them.
 *
 * @param use - takes what was opened, and prepares what the suite needs in it
 */
export function useS3(
  open: () => Promise<S3UnderTest>,
  use: (opened: S3InUse) => void | Promise<void>,
): void {
  let opened: S3InUse | undefined;
  beforeAll(async () => {
    const s3 = await open();
    opened = { s3, client: createClient(s3), Bucket: s3.bucket };
    await use(opened);
  });
  afterAll(async () => {
    opened?.client.destroy();
    await opened?.s3.close();
  });
}
