import {
  AbortMultipartUploadCommand,
  type BucketLifecycleConfiguration,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { readdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLocalAws } from "../../create-local-aws.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";
const DAY_MS = 24 * 3600 * 1000;
let s3: StandIn;
let client: S3Client;
let now: Date;

beforeEach(async () => {
  now = new Date("2026-03-10T10:30:00Z");
  s3 = await openStandIn({ clock: () => now });
  client = createClient(s3, { systemClockOffset: now.getTime() - Date.now() });
});
afterEach(async () => {
  client.destroy();
  await s3.close();
});

type Rules = NonNullable<BucketLifecycleConfiguration["Rules"]>;
const put = (Rules: Rules, input: object = {}) =>
  client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules }, ...input }),
  );
const get = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
const create = async (Key: string) => {
  const { UploadId, AbortDate, AbortRuleId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key }),
  );
  await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "part" }));
  return { Key, UploadId, AbortDate, AbortRuleId };
};
const uploads = async (): Promise<(string | undefined)[]> => {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  return Uploads.map(({ Key }) => Key);
};
const amzDate = () => ({ "x-amz-date": now.toISOString().replaceAll(/[-:]|\.\d+/g, "") });
const travel = (toTime: string): void => {
  now = new Date(toTime);
  client.config.systemClockOffset = now.getTime() - Date.now();
};
const abortAfter = (DaysAfterInitiation: number) => ({
  AbortIncompleteMultipartUpload: { DaysAfterInitiation },
});

describe("rules", () => {
  it("are put, got and deleted", async () => {
    await expect(get()).rejects.toMatchObject({
      name: "NoSuchLifecycleConfiguration",
      $metadata: { httpStatusCode: 404 },
    });
    const rules: Rules = [
      { ID: "a & b", Status: "Enabled", Filter: { Prefix: " tmp/<" }, ...abortAfter(7) },
      { ID: "whole", Status: "Disabled", Filter: {}, ...abortAfter(1) },
      { ID: "empty", Status: "Enabled", Filter: { Prefix: "" }, ...abortAfter(2) },
    ];
    expect((await put(rules)).TransitionDefaultMinimumObjectSize).toBe("all_storage_classes_128K");
    const got = await get();
    expect(got.Rules).toEqual(rules);
    expect(got.TransitionDefaultMinimumObjectSize).toBe("all_storage_classes_128K");
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: "NoSuchLifecycleConfiguration" });
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
  });

  it("are got with all that they ask of objects", async () => {
    const Tag = { Key: "state", Value: " done" };
    const Expiration = { Date: new Date("2027-01-01T00:00:00Z") };
    const rules: Rules = [
      { ID: "all", Status: "Enabled", Filter: {}, Expiration: { Days: 3 }, ...abortAfter(1) },
      { ID: "markers", Status: "Enabled", Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } },
      { ID: "no markers", Status: "Enabled", Filter: {}, Expiration: { ExpiredObjectDeleteMarker: false } },
      {
        ID: "versions",
        Status: "Enabled",
        Filter: { Prefix: "a" },
        NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 100 },
      },
      {
        ID: "all versions",
        Status: "Enabled",
        Filter: { Tag },
        NoncurrentVersionExpiration: { NoncurrentDays: 3 },
      },
      { ID: "tag", Status: "Enabled", Filter: { Tag }, Expiration },
      { ID: "large", Status: "Enabled", Filter: { ObjectSizeGreaterThan: 0 }, Expiration },
      { ID: "small", Status: "Enabled", Filter: { ObjectSizeLessThan: 1 }, Expiration },
      {
        ID: "tags",
        Status: "Enabled",
        Filter: { And: { Tags: [Tag, { Key: "b", Value: "" }] } },
        Expiration,
      },
      {
        ID: "each",
        Status: "Enabled",
        Filter: { And: { Prefix: "a/", Tags: [Tag], ObjectSizeGreaterThan: 1, ObjectSizeLessThan: 9 } },
        Expiration: { Days: 1 },
      },
    ];
    await put(rules);
    expect((await get()).Rules).toEqual(rules);
  });

  it("in the older form keep it", async () => {
    const rules: Rules = [
      { ID: "a", Status: "Enabled", Prefix: "a", ...abortAfter(1) },
      { ID: "b", Status: "Enabled", Prefix: "b", ...abortAfter(2) },
    ];
    await put(rules);
    expect((await get()).Rules).toEqual(rules);
  });

  it("without an id get one, and the setting for small objects is kept", async () => {
    const rule = { Status: "Enabled", Filter: {}, ...abortAfter(3) } as const;
    const TransitionDefaultMinimumObjectSize = "varies_by_storage_class";
    const answer = await put([rule, rule], { TransitionDefaultMinimumObjectSize });
    expect(answer).toMatchObject({ TransitionDefaultMinimumObjectSize });
    const got = await get();
    expect(got).toMatchObject({ TransitionDefaultMinimumObjectSize });
    expect(new Set(got.Rules?.map(({ ID }) => ID)).size).toBe(2);
    expect(got.Rules?.[0]?.ID).toMatch(/^[\w-]{32}$/);
  });

  const ABORT =
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
  const EXPIRE = "<Expiration><Days>1</Days></Expiration>";
  const marker = (inner: string): string =>
    `<Expiration><ExpiredObjectDeleteMarker>${inner}</ExpiredObjectDeleteMarker></Expiration>`;
  const noncurrent = (inner: string): string =>
    `<NoncurrentVersionExpiration>${inner}</NoncurrentVersionExpiration>`;
  const newer = (count: string): string =>
    noncurrent(
      `<NewerNoncurrentVersions>${count}</NewerNoncurrentVersions><NoncurrentDays>1</NoncurrentDays>`,
    );
  const on = (date: string): string => `<Filter/><Expiration><Date>${date}</Date></Expiration>`;
  const filter = (inner: string): string => `<Filter>${inner}</Filter>${EXPIRE}`;
  const and = (inner: string): string => filter(`<And>${inner}</And>`);
  const tag = (key: string, value = ""): string => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
  const rule = (inner: string): string => `<Rule><Status>Enabled</Status>${inner}</Rule>`;
  it.each<[name: string, rules: string, code: string, message: RegExp]>([
    ["none", "", "InvalidRequest", /At least one lifecycle rule/],
    ["too many", rule(`<Filter/>${ABORT}`).repeat(1001), "InvalidRequest", /allowed limit of 1000 rules/],
    ["something else", "<Tag/>", "MalformedXML", /./],
    ["no scope", rule(ABORT), "MalformedXML", /./],
    ["no action", rule(`<Filter/>`), "InvalidRequest", /At least one action/],
    ["an unknown element", rule(`<Filter/><Other/>${ABORT}`), "MalformedXML", /./],
    ["an action twice", rule(`<Filter/>${ABORT}${ABORT}`), "MalformedXML", /./],
    ["no status", `<Rule><Filter/>${ABORT}</Rule>`, "MalformedXML", /./],
    ["an unknown status", `<Rule><Status>On</Status><Filter/>${ABORT}</Rule>`, "MalformedXML", /./],
    ["a long id", rule(`<ID>${"i".repeat(256)}</ID><Filter/>${ABORT}`), "InvalidArgument", /limit of 255/],
    ["an id twice", rule(`<ID>same</ID><Filter/>${ABORT}`).repeat(2), "InvalidArgument", /must be unique/],
    [
      "a long prefix",
      rule(`<Filter><Prefix>${"p".repeat(1025)}</Prefix></Filter>${ABORT}`),
      "InvalidRequest",
      /prefix is 1024/,
    ],
    ["0 days", rule(`<Filter/>${ABORT.replace("1", "0")}`), "InvalidArgument", /positive integer/],
    ["-1 days", rule(`<Filter/>${ABORT.replace("1", "-1")}`), "InvalidArgument", /positive integer/],
    ["1.5 days", rule(`<Filter/>${ABORT.replace("1", "1.5")}`), "MalformedXML", /./],
    ["no days", rule("<Filter/><AbortIncompleteMultipartUpload/>"), "MalformedXML", /./],
    ["both forms in one", rule(`<Prefix>a</Prefix><Filter/>${ABORT}`), "InvalidRequest", /Base level prefix/],
    [
      "the older form among the newer",
      rule(`<Filter/>${ABORT}`) + rule(`<Prefix>a</Prefix>${ABORT}`),
      "InvalidRequest",
      /Base level prefix/,
    ],
    [
      "the newer form among the older",
      rule(`<Prefix>a</Prefix>${ABORT}`) + rule(`<Filter/>${ABORT}`),
      "InvalidRequest",
      /Filter element/,
    ],
    [
      "overlapping prefixes",
      rule(`<Prefix>a/b</Prefix>${ABORT}`) + rule(`<Prefix>a/</Prefix>${ABORT}`),
      "InvalidRequest",
      /overlapping prefixes 'a\/' and 'a\/b'/,
    ],
    ["a tag", rule(`<Filter><Tag/></Filter>${ABORT}`), "InvalidRequest", /with Tags/],
    [
      "a tag and a prefix",
      rule(`<Filter><And><Prefix>a</Prefix><Tag/></And></Filter>${ABORT}`),
      "InvalidRequest",
      /with Tags/,
    ],
    [
      "a size",
      rule(`<Filter><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>${ABORT}`),
      "InvalidRequest",
      /with Object Size/,
    ],
    ["And of one", rule(`<Filter><And><Prefix>a</Prefix></And></Filter>${ABORT}`), "MalformedXML", /./],
    ["two predicates", rule(filter(`<Prefix>a</Prefix>${tag("b")}`)), "MalformedXML", /./],
    ["a prefix twice", rule(and("<Prefix>a</Prefix><Prefix>a</Prefix>")), "MalformedXML", /./],
    ["an empty And", rule(filter("<And/>")), "MalformedXML", /./],
    ["an unknown predicate", rule(filter("<Suffix>a</Suffix>")), "MalformedXML", /./],
    ["a tag without a value", rule(filter("<Tag><Key>a</Key></Tag>")), "MalformedXML", /./],
    ["a tag without a name", rule(filter(tag(""))), "InvalidRequest", /between 1 and 128/],
    ["a long tag", rule(filter(tag("a", "v".repeat(257)))), "InvalidRequest", /between 0 and 256/],
    ["a tag twice", rule(and(tag("a", "1") + tag("a", "2"))), "InvalidRequest", /Duplicate Tag Keys/],
    ["no size", rule(filter("<ObjectSizeLessThan/>")), "MalformedXML", /./],
    [
      "a size that nothing is below",
      rule(filter("<ObjectSizeLessThan>0</ObjectSizeLessThan>")),
      "InvalidRequest",
      /'ObjectSizeLessThan' should be between 1 and 1099511627776000/,
    ],
    [
      "sizes that nothing has",
      rule(and("<ObjectSizeGreaterThan>9</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan>")),
      "InvalidRequest",
      /has to be a value greater than/,
    ],
    [
      "markers and days",
      rule(`<Filter/>${marker("true").replace(/(<Ex\w+>)/, "$1<Days>1</Days>")}`),
      "MalformedXML",
      /./,
    ],
    ["no word on markers", rule(`<Filter/>${marker("yes")}`), "MalformedXML", /./],
    [
      "markers with tags",
      rule(`<Filter>${tag("a")}</Filter>${marker("true")}`),
      "InvalidRequest",
      /with Tags/,
    ],
    [
      "markers of a size",
      rule(`<Filter><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>${marker("false")}`),
      "InvalidRequest",
      /ExpiredObjectDeleteMarker cannot be specified with Object Size/,
    ],
    ["nothing of versions", rule(`<Filter/>${noncurrent("")}`), "MalformedXML", /./],
    [
      "newer versions without days",
      rule(`<Filter/>${newer("1").replace(/<NoncurrentDays>.*Days>/, "")}`),
      "MalformedXML",
      /./,
    ],
    [
      "something else of versions",
      rule(`<Filter/>${newer("1").replaceAll("NoncurrentDays", "Days")}`),
      "MalformedXML",
      /./,
    ],
    ["0 newer versions", rule(`<Filter/>${newer("0")}`), "InvalidArgument", /between 1 and 100/],
    ["101 newer versions", rule(`<Filter/>${newer("101")}`), "InvalidArgument", /between 1 and 100/],
    [
      "newer versions in the older form",
      rule(`<Prefix/>${newer("1")}`),
      "InvalidRequest",
      /only be used in Lifecycle V2/,
    ],
    [
      "versions at once",
      rule(`<Filter/>${noncurrent("<NoncurrentDays>0</NoncurrentDays>")}`),
      "InvalidArgument",
      /'NoncurrentDays' for NoncurrentVersionExpiration/,
    ],
    ["an empty expiration", rule("<Filter/><Expiration/>"), "MalformedXML", /./],
    [
      "days and a date",
      rule("<Filter/><Expiration><Days>1</Days><Date>2027-01-01</Date></Expiration>"),
      "MalformedXML",
      /./,
    ],
    [
      "expiration at once",
      rule(`<Filter/>${EXPIRE.replace("1", "0")}`),
      "InvalidArgument",
      /'Days' for Expira/,
    ],
    ["another form of date", rule(on("Fri, 01 Jan 2027 00:00:00 GMT")), "MalformedXML", /./],
    ["no such date", rule(on("2027-13-01")), "MalformedXML", /./],
    ["a time of day", rule(on("2027-01-01T01:00:00Z")), "InvalidArgument", /must be at midnight GMT/],
    ["another midnight", rule(on("2027-01-01T00:00:00+01:00")), "InvalidArgument", /must be at midnight GMT/],
    [
      "overlapping prefixes of expirations",
      rule(`<Prefix></Prefix>${EXPIRE}`) + rule(`<Prefix>a</Prefix>${EXPIRE}`),
      "InvalidRequest",
      /'' and 'a' for same action type 'Expiration'/,
    ],
    [
      "a transition beside it",
      rule(`<Filter/><NoncurrentVersionTransition/>${ABORT}`),
      "NotImplemented",
      /NoncurrentVersionTransition/,
    ],
  ])("with %s are refused", async (_name, rules, code, message) => {
    const body = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`;
    const headers = { ...amzDate(), "content-md5": createHash("md5").update(body).digest("base64") };
    const answer = await sendSigned(s3, { method: "PUT", path: `/${Bucket}?lifecycle`, body, headers });
    expect(answer.status).toBe(code === "NotImplemented" ? 501 : 400);
    expect(xmlValue(answer.text, "Code")).toBe(code);
    expect(xmlValue(answer.text, "Message")).toMatch(message);
    await expect(get()).rejects.toMatchObject({ name: "NoSuchLifecycleConfiguration" });
  });

  it("need a checksum, and a known setting for small objects", async () => {
    const request = { method: "PUT", path: `/${Bucket}?lifecycle`, body: "<LifecycleConfiguration/>" };
    const unprotected = await sendSigned(s3, { ...request, headers: amzDate() });
    expect(xmlValue(unprotected.text, "Message")).toContain("Content-MD5 OR x-amz-checksum-*");
    const headers = { ...amzDate(), "x-amz-transition-default-minimum-object-size": "none" };
    const unknown = await sendSigned(s3, { ...request, headers });
    expect(xmlValue(unknown.text, "Message")).toBe("Invalid TransitionDefaultMinimumObjectSize found");
  });
});

describe("an upload that a rule means", () => {
  it("is told when it will be aborted, also one that is older than the rule", async () => {
    const before = await create("tmp/before");
    expect([before.AbortDate, before.AbortRuleId]).toEqual([undefined, undefined]);
    await put([{ ID: "köln", Status: "Enabled", Filter: { Prefix: "tmp/" }, ...abortAfter(2) }]);
    const AbortDate = new Date("2026-03-13T00:00:00Z");
    expect(await create("tmp/after")).toMatchObject({ AbortDate, AbortRuleId: "k%C3%B6ln" });
    const { Key, UploadId } = before;
    const listed = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(listed).toMatchObject({ AbortDate, AbortRuleId: "k%C3%B6ln" });
    expect((await create("kept")).AbortDate).toBeUndefined();
  });

  it("is gone with its bytes when its time has come, and no other is", async () => {
    await put([
      { ID: "soon", Status: "Enabled", Filter: { Prefix: "tmp/" }, ...abortAfter(1) },
      { ID: "late", Status: "Enabled", Filter: {}, ...abortAfter(30) },
      { ID: "off", Status: "Disabled", Filter: {}, ...abortAfter(1) },
    ]);
    const due = await create("tmp/a");
    await create("tmp/a");
    await create("tmp/b");
    await create("kept");
    travel("2026-03-11T23:59:59.999Z");
    await create("tmp/new");
    expect(await s3.aws.runLifecycle()).toMatchObject({ abortedUploads: 0 });
    travel("2026-03-12T00:00:00Z");
    s3.lines.length = 0;
    expect(await s3.aws.runLifecycle()).toMatchObject({ abortedUploads: 3 });
    expect(await uploads()).toEqual(["kept", "tmp/new"]);
    expect(await readdir(join(s3.dataDir, "blobs"))).toHaveLength(2);
    expect(s3.lines).toContain('lifecycle rule "soon" aborted an upload of "test-bucket/tmp/b"');
    const { Key, UploadId } = due;
    await expect(
      client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
    ).rejects.toMatchObject({
      name: "NoSuchUpload",
    });
    expect(await s3.aws.runLifecycle()).toMatchObject({ abortedUploads: 0 });
  });

  it("is gone at the next start, and when the clock is shifted", async () => {
    await put([{ ID: "r", Status: "Enabled", Filter: {}, ...abortAfter(1) }]);
    await create("a");
    await s3.aws.close();
    now = new Date("2026-03-12T00:00:00Z");
    const lines: string[] = [];
    await using again = await createLocalAws({
      dataDir: s3.dataDir,
      clock: () => now,
      log: (line) => lines.push(line),
    });
    await vi.waitFor(() =>
      expect(lines).toEqual(['lifecycle rule "r" aborted an upload of "test-bucket/a"']),
    );
    const other = createClient(
      { ...s3, endpoint: again.endpoint },
      { systemClockOffset: now.getTime() - Date.now() },
    );
    await other.send(new CreateMultipartUploadCommand({ Bucket, Key: "b" }));
    again.faults.shiftClock(2 * DAY_MS);
    expect(await again.runLifecycle()).toMatchObject({ abortedUploads: 1 });
    other.destroy();
  });

  it("is found among many", async () => {
    await put([{ ID: "r", Status: "Enabled", Filter: { Prefix: "b" }, ...abortAfter(1) }]);
    for (const Key of ["a", "b1", "b1", "c", "b2", "b3"]) {
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    }
    travel("2026-03-20T00:00:00Z");
    expect(await s3.aws.runLifecycle()).toMatchObject({ abortedUploads: 4 });
    expect(await uploads()).toEqual(["a", "c"]);
  });
});
