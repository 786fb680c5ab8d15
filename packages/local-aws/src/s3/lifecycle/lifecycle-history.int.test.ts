import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const KEYS = ["a", "a/b", "ab", "b"];
const BODY = "bytes";

let s3: StandIn;
let client: S3Client;
let now = Date.parse("2026-03-10T00:00:00Z");
let buckets = 0;

beforeAll(async () => {
  s3 = await openStandIn({ clock: () => new Date(now) });
  client = createClient(s3);
  pass(0);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

function pass(ms: number): void {
  now += ms;
  client.config.systemClockOffset = now - Date.now();
}

/** As a client sees it, with the times that S3 tells. */
interface Version {
  key: string;
  id: string;
  isMarker: boolean;
  storedAt: number;
}

/** Newest first of each key. */
async function versionsOf(Bucket: string): Promise<Version[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const toVersion = (isMarker: boolean) => (entry: (typeof DeleteMarkers)[number]) => ({
    key: entry.Key ?? "",
    id: entry.VersionId ?? "",
    isMarker,
    storedAt: entry.LastModified?.getTime() ?? Number.NaN,
  });
  const versions = [...Versions.map(toVersion(false)), ...DeleteMarkers.map(toVersion(true))];
  return versions.toSorted((one, other) => other.storedAt - one.storedAt);
}

/** At the first midnight that is so many days later: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
function isOver(since: number, days: number | undefined): boolean {
  if (days === undefined) return false;
  const midnight = new Date(since + days * DAY_MS);
  if (midnight.getTime() % DAY_MS !== 0) midnight.setUTCHours(24, 0, 0, 0);
  return midnight.getTime() <= now;
}

/** What is left of the versions of a key, newest first, in the words of the guide. */
function expectedRest(
  versions: readonly Version[],
  rules: readonly LifecycleRule[],
  status: Status,
): string[] {
  const [current] = versions;
  if (current === undefined) return [];
  const meant = rules.filter(({ Filter }) => current.key.startsWith(Filter?.Prefix ?? ""));
  const isExpired = meant.some(({ Expiration }) => isOver(current.storedAt, Expiration?.Days));
  let rest = [...versions];
  if (isExpired && !current.isMarker) {
    rest = rest.filter(({ id }) => status === "Enabled" || id !== "null");
    if (status !== undefined) rest.unshift({ ...current, id: "new", isMarker: true, storedAt: now });
  }
  rest = rest.filter((_, index) => {
    const replacedAt = rest[index - 1]?.storedAt;
    if (replacedAt === undefined) return true;
    return !meant.some(
      ({ NoncurrentVersionExpiration: rule }) =>
        isOver(replacedAt, rule?.NoncurrentDays) && index - 1 >= (rule?.NewerNoncurrentVersions ?? 0),
    );
  });
  const [only, ...others] = rest;
  const isLoneMarker = only?.isMarker === true && others.length === 0;
  if (isLoneMarker && meant.some(({ Expiration }) => Expiration?.ExpiredObjectDeleteMarker)) return [];
  if (isLoneMarker && meant.some(({ Expiration }) => isOver(only.storedAt, Expiration?.Days))) return [];
  return rest.map(({ id }) => id);
}

type Status = "Enabled" | "Suspended" | undefined;
interface World {
  Bucket: string;
  rules: readonly LifecycleRule[];
  status: Status;
}
type Step = (world: World) => Promise<void>;

const days = fc.integer({ min: 1, max: 3 });
const action = fc.oneof(
  { weight: 3, arbitrary: days.map((Days) => ({ Expiration: { Days } })) },
  { weight: 1, arbitrary: fc.constant({ Expiration: { ExpiredObjectDeleteMarker: true } }) },
  {
    weight: 3,
    arbitrary: fc
      .record(
        { NoncurrentDays: days, NewerNoncurrentVersions: fc.integer({ min: 1, max: 2 }) },
        { requiredKeys: ["NoncurrentDays"] },
      )
      .map((NoncurrentVersionExpiration) => ({ NoncurrentVersionExpiration })),
  },
);
const rules = fc.array(
  fc
    .tuple(fc.constantFrom("", "a", "a/", "b", "c"), action)
    .map(([Prefix, what]) => ({ Filter: { Prefix }, ...what })),
  { minLength: 1, maxLength: 4 },
);

const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: key.map((Key) => put(Key)) },
  { weight: 2, arbitrary: key.map((Key) => remove(Key)) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }).map((hours) => async () => pass(hours * HOUR_MS)) },
  { weight: 2, arbitrary: fc.constant(run) },
  { weight: 1, arbitrary: fc.constantFrom("Enabled", "Suspended").map((status) => setStatus(status)) },
);

function put(Key: string): Step {
  return async ({ Bucket }) => {
    pass(1000); // the times that S3 tells are in seconds
    await client.send(new PutObjectCommand({ Bucket, Key, Body: BODY }));
  };
}

function remove(Key: string): Step {
  return async ({ Bucket }) => {
    pass(1000);
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  };
}

function setStatus(Status: "Enabled" | "Suspended"): Step {
  return async (world) => {
    const { Bucket } = world;
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    world.status = Status;
  };
}

async function run({ Bucket, rules: asked, status }: World): Promise<void> {
  pass(1000);
  const before = await versionsOf(Bucket);
  const announced = await announcements(Bucket, before);
  await s3.aws.runLifecycle();
  const after = await versionsOf(Bucket);
  const known = new Set(before.map(({ id, key: Key, storedAt }) => `${Key} ${id} ${storedAt}`));
  for (const Key of KEYS) {
    const ofKey = (versions: readonly Version[]) => versions.filter((version) => version.key === Key);
    const left = ofKey(after).map(({ id, storedAt }) => (known.has(`${Key} ${id} ${storedAt}`) ? id : "new"));
    expect([Key, ...left]).toEqual([Key, ...expectedRest(ofKey(before), asked, status)]);
    const expiresAt = announced.get(Key);
    if (expiresAt === undefined) continue;
    const isThere = ofKey(after)[0]?.isMarker === false;
    expect([Key, isThere]).toEqual([Key, expiresAt > now]);
  }
}

/** Until when the objects are there, as HeadObject says. */
async function announcements(Bucket: string, versions: readonly Version[]): Promise<Map<string, number>> {
  const announced = new Map<string, number>();
  for (const Key of KEYS) {
    if (versions.find((version) => version.key === Key)?.isMarker !== false) continue;
    const { Expiration } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    const date = /^expiry-date="([^"]+)", rule-id="[^"]+"$/.exec(Expiration ?? "")?.[1];
    announced.set(Key, date === undefined ? Number.POSITIVE_INFINITY : Date.parse(date));
  }
  return announced;
}

it("whatever is written and deleted, rules take away what the guide says, when the header said", async () => {
  await fc.assert(
    fc.asyncProperty(
      rules,
      fc.array(step, { minLength: 5, maxLength: 40, size: "max" }),
      async (asked, steps) => {
        buckets += 1;
        const Bucket = `lifecycle-${buckets}`;
        const Rules = asked.map((rule) => ({ ...rule, Status: "Enabled" }) as const);
        await client.send(new CreateBucketCommand({ Bucket }));
        const LifecycleConfiguration = { Rules };
        await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
        const world: World = { Bucket, rules: Rules, status: undefined };
        for (const take of [...steps, run]) await take(world);
        for (const { key: Key, id } of await versionsOf(Bucket)) {
          await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id }));
        }
        await client.send(new DeleteBucketCommand({ Bucket }));
      },
    ),
    { numRuns: 15 },
  );
  expect(await readdir(join(s3.dataDir, "blobs"))).toEqual([]);
});
