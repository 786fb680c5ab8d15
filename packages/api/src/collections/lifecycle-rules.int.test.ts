import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { createS3Client } from "@waybill/core/s3";
import { createLocalAws } from "@waybill/local-aws";
import { expect, it } from "vitest";
import { collections } from "./default-collections.ts";
import { lifecycleRules } from "./lifecycle-rules.ts";

const Bucket = "versioned";
const DAY_MS = 24 * 3600 * 1000;

it("leave nothing of what has expired in a bucket with versions, and all of other collections", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-rules-"));
  const clock = { now: Date.parse("2026-03-01T12:00:00Z") };
  const rules = lifecycleRules(collections, { hasVersions: true });
  await using aws = await createLocalAws({
    dataDir,
    clock: () => new Date(clock.now),
    buckets: [
      { name: Bucket, lifecycle: rules.map(({ prefix, ...rule }) => ({ ...rule, filter: { prefix } })) },
    ],
  });
  const { endpoint, region, credentials } = aws;
  const client = await createS3Client({ endpoint, region, credentials, forcePathStyle: true });
  const daysLater = async (days: number) => {
    clock.now += days * DAY_MS;
    client.config.systemClockOffset = clock.now - Date.now();
    await aws.runLifecycle();
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    return { versions: Versions.map(({ Key }) => Key), markers: DeleteMarkers.map(({ Key }) => Key) };
  };
  await daysLater(0);
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const others = ["drive/u1/a", "files/u1/a"];
  for (const Key of [...others, "temporary/u1/a", "temporary/u1/b"])
    for (const Body of ["old", "new"]) await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  for (const Key of ["files/u1/a", "temporary/u1/b"])
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  const kept = { versions: others.flatMap((key) => [key, key]), markers: ["files/u1/a"] };

  const first = await daysLater(0.1);
  expect(first.versions.filter((key) => key?.startsWith("temporary/"))).toHaveLength(4);
  expect(await daysLater(2)).toEqual({ ...kept, versions: [...kept.versions, "temporary/u1/a"] });
  const expired = await daysLater(6); // its old version is behind a marker
  expect(expired.markers).toContain("temporary/u1/a");
  expect(await daysLater(2)).toEqual(kept);
  expect(await daysLater(4000)).toEqual(kept);
  client.destroy();
  await rm(dataDir, { recursive: true });
});
