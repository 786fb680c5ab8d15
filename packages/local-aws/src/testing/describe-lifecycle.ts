import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const DAY_MS = 24 * 3600 * 1000;

export function describeLifecycle(open: () => Promise<S3UnderTest>): void {
  describe("lifecycle rules", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const setRules = (...Rules: LifecycleRule[]) =>
      client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const rules = async () =>
      (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
    const byId = (a: LifecycleRule, b: LifecycleRule) => ((a.ID ?? "") < (b.ID ?? "") ? -1 : 1);

    it("are read back as they were set, until they are deleted", async () => {
      const Tags = [
        { Key: "kind", Value: "draft" },
        { Key: "state", Value: "done" },
      ];
      const set: LifecycleRule[] = [
        { ID: "a days", Status: "Enabled", Filter: { Prefix: "in/" }, Expiration: { Days: 30 } },
        {
          ID: "b date",
          Status: "Disabled",
          Filter: { Tag: { Key: "state", Value: "done" } },
          Expiration: { Date: new Date("2040-01-01T00:00:00Z") },
        },
        {
          ID: "c versions",
          Status: "Enabled",
          Filter: { And: { Prefix: "versions/", Tags } },
          NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 2 },
        },
        {
          ID: "d markers and uploads",
          Status: "Enabled",
          Filter: { Prefix: "all/" },
          Expiration: { ExpiredObjectDeleteMarker: true },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ];
      await setRules(...set);
      expect((await rules())?.toSorted(byId)).toEqual(set);
      await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
      await expect(rules()).rejects.toMatchObject({ name: "NoSuchLifecycleConfiguration" });
    });

    it("can ask for sizes", async () => {
      const Filter = { And: { ObjectSizeGreaterThan: 100, ObjectSizeLessThan: 1000 } };
      const rule: LifecycleRule = { ID: "sizes", Status: "Enabled", Filter, Expiration: { Days: 1 } };
      await setRules(rule);
      expect(await rules()).toEqual([rule]);
    });

    it.each<[name: string, rule: Omit<LifecycleRule, "Status">, code: string]>([
      ["an expiration in 0 days", { Filter: {}, Expiration: { Days: 0 } }, "InvalidArgument"],
      [
        "a time of day",
        { Filter: {}, Expiration: { Date: new Date("2040-01-01T01:00:00Z") } },
        "InvalidArgument",
      ],
      [
        "days and delete markers in one",
        { Filter: {}, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } },
        "MalformedXML",
      ],
      ["nothing to do", { Filter: {} }, "InvalidRequest"],
      ["a long id", { ID: "i".repeat(256), Filter: {}, Expiration: { Days: 1 } }, "InvalidArgument"],
    ])("with %s are refused", async (_name, rule, code) => {
      await expect(setRules({ Status: "Enabled", ...rule })).rejects.toMatchObject({ name: code });
    });

    it("announce to writers and readers when an object goes, and which rule takes it", async () => {
      await setRules(
        { ID: "inbox", Status: "Enabled", Filter: { Prefix: "in/" }, Expiration: { Days: 2 } },
        { ID: "late", Status: "Enabled", Filter: { Prefix: "in/late" }, Expiration: { Days: 9 } },
        { ID: "off", Status: "Disabled", Filter: {}, Expiration: { Days: 1 } },
      );
      const object = { Bucket, Key: "in/late" };
      const put = await client.send(new PutObjectCommand({ ...object, Body: "bytes" }));
      const head = await client.send(new HeadObjectCommand(object));
      const got = await client.send(new GetObjectCommand(object));
      const [, date, ruleId] = /^expiry-date="([^"]+)", rule-id="([^"]+)"$/.exec(put.Expiration ?? "") ?? [];
      expect(ruleId).toBe("inbox");
      const dueAt = Date.parse(date ?? "");
      const storedAt = head.LastModified?.getTime() ?? Number.NaN;
      expect(dueAt % DAY_MS).toBe(0);
      expect(dueAt - storedAt).toBeGreaterThanOrEqual(2 * DAY_MS);
      expect(dueAt - storedAt).toBeLessThan(3 * DAY_MS);
      expect([head.Expiration, got.Expiration]).toEqual([put.Expiration, put.Expiration]);
      const kept = await client.send(new PutObjectCommand({ Bucket, Key: "in", Body: "bytes" }));
      expect(kept.Expiration).toBeUndefined();
    });

    it("announce the same to who copies and who completes an upload", async () => {
      await setRules({ ID: "copies", Status: "Enabled", Filter: { Prefix: "to/" }, Expiration: { Days: 1 } });
      await client.send(new PutObjectCommand({ Bucket, Key: "from", Body: "bytes" }));
      const CopySource = `${Bucket}/from`;
      const copied = await client.send(new CopyObjectCommand({ Bucket, Key: "to/copy", CopySource }));
      const upload = { Bucket, Key: "to/upload" };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
      const part = { ...upload, UploadId, PartNumber: 1 };
      const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "part" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const completed = await client.send(
        new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }),
      );
      for (const [Key, Expiration] of [
        ["to/copy", copied.Expiration],
        ["to/upload", completed.Expiration],
      ] as const) {
        expect(Expiration).toMatch(/^expiry-date="[^"]+ 00:00:00 GMT", rule-id="copies"$/);
        expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).Expiration).toBe(Expiration);
      }
    });
  });
}
