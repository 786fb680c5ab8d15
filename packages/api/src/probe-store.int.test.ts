import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  type LifecycleRule,
} from "@aws-sdk/client-s3";
import type { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { collections } from "./collections/default-collections.ts";
import { defineCollections } from "./collections/define-collections.ts";
import { openApi } from "./testing/open-api.ts";

const alice = { id: "alice", scopes: [] };
/** Of which none is to be emptied, so that no rules are needed. */
const kept = defineCollections({ files: collections.files });
const noRules = { known: true, wanted: [], missing: [], hasty: [] };

it.each([
  ["kept", ["CRC64NVME", "MD5"]],
  ["ignored", ["MD5"]],
  ["refused", ["MD5"]],
] as const)(
  "where checksums are %s, a store proves %j, and nothing is left of the probe",
  async (checksums, proves) => {
    await using api = await openApi({ checksums, collections: kept });
    expect(await api.as(alice).probeStore()).toEqual({ proves, counts: true, lifecycle: noRules });
    const { client, bucket: Bucket } = api.direct;
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).toEqual([]);
  },
);

it("a store that makes its ETags otherwise proves nothing", async () => {
  await using api = await openApi({ checksums: "ignored", collections: kept });
  api.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName === "CreateMultipartUploadCommand" && typeof result.output === "object")
          Object.assign(result.output, { ServerSideEncryption: "aws:kms" });
        return result;
      },
    { step: "initialize" },
  );
  expect(await api.as(alice).probeStore()).toEqual({ proves: [], counts: true, lifecycle: noRules });
});

it("a store that writes whatever If-Match says cannot count", async () => {
  await using api = await openApi({ limits: { requestsPerMinute: 100 } });
  expect(await api.as(alice).probeStore()).toMatchObject({ counts: true });
  const { store } = api.deps;
  const { send } = store;
  store.send = ({ headers, ...request }) => {
    const heeded = Object.entries(headers ?? {}).filter(([name]) => name !== "if-match");
    return send({ ...request, headers: Object.fromEntries(heeded) });
  };
  expect(await api.as(alice).probeStore()).toMatchObject({ counts: false });
});

describe("of the rules that empty collections", () => {
  const emptied = defineCollections({
    files: collections.files,
    temporary: { ...collections.files, retention: { days: 7 } },
  });
  const answer = async (api: Awaited<ReturnType<typeof openApi>>) =>
    (await api.as(alice).probeStore()).lifecycle;
  const missingIn = async (api: Awaited<ReturnType<typeof openApi>>) => {
    const lifecycle = await answer(api);
    if (!lifecycle.known) throw new Error(lifecycle.message);
    return lifecycle.missing.map((rule) =>
      Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "id")),
    );
  };
  const putRules = async (api: Awaited<ReturnType<typeof openApi>>, ...rules: Partial<LifecycleRule>[]) => {
    const Rules = rules.map((rule) => ({
      Status: "Enabled" as const,
      Filter: { Prefix: "temporary/" },
      ...rule,
    }));
    const { client, bucket: Bucket } = api.direct;
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    );
  };
  const expire = { Expiration: { Days: 7 } };
  const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
  const prefix = "temporary/";

  it("a store tells which it lacks", async () => {
    await using api = await openApi({ collections: emptied });
    expect(await missingIn(api)).toEqual([
      { prefix, expirationDays: 7 },
      { prefix, daysAfterInitiation: 7 },
    ]);
    await putRules(api, expire);
    expect(await missingIn(api)).toEqual([{ prefix, daysAfterInitiation: 7 }]);
    await putRules(api, expire, { ...abort, Filter: {} });
    expect(await missingIn(api)).toEqual([]);
    await putRules(api, { ...expire, ...abort, Status: "Disabled" });
    expect(await missingIn(api)).toHaveLength(2);
    await putRules(api, { ...expire, ...abort, Filter: { Prefix: "temporary/a" } });
    expect(await missingIn(api)).toHaveLength(2);
    await putRules(api, { ...expire, Filter: { And: { Prefix: prefix, ObjectSizeGreaterThan: 1 } } }, abort);
    expect(await missingIn(api)).toEqual([{ prefix, expirationDays: 7 }]);
  });

  it("a store tells by which objects go too early, though those that are wanted are there", async () => {
    await using api = await openApi({ collections: emptied });
    await putRules(
      api,
      { ...expire, ...abort },
      { ID: "later", Expiration: { Days: 8 } },
      { ID: "part", Filter: { Prefix: "temporary/alice/" }, Expiration: { Days: 6 } },
      { ID: "kept", Filter: { Prefix: "fi" }, Expiration: { Days: 1000 } },
      { ID: "off", Filter: { Prefix: "" }, Expiration: { Days: 1 }, Status: "Disabled" },
      { ID: "others", Filter: { Prefix: "backups/" }, Expiration: { Days: 1 } },
    );
    expect(await answer(api)).toMatchObject({
      missing: [],
      hasty: [
        { id: "part", prefix: "temporary/alice/", expirationDays: 6 },
        { id: "kept", prefix: "fi", expirationDays: 1000 },
      ],
    });
  });

  it("more are needed where there are versions", async () => {
    await using api = await openApi({ collections: emptied });
    const { client, bucket: Bucket } = api.direct;
    const VersioningConfiguration = { Status: "Enabled" as const };
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await putRules(api, { ...expire, ...abort });
    expect(await missingIn(api)).toEqual([
      { prefix, noncurrentDays: 1 },
      { prefix, expiredObjectDeleteMarker: true },
    ]);
    const noncurrent = { NoncurrentDays: 1 };
    const markers = { Expiration: { ExpiredObjectDeleteMarker: true }, Filter: {} };
    await putRules(
      api,
      {
        ...expire,
        ...abort,
        NoncurrentVersionExpiration: { ...noncurrent, NewerNoncurrentVersions: 2 }, // keeps two
      },
      markers,
    );
    expect(await missingIn(api)).toEqual([{ prefix, noncurrentDays: 1 }]);
    await putRules(api, { ...expire, ...abort, NoncurrentVersionExpiration: noncurrent }, markers);
    expect(await missingIn(api)).toEqual([]);
  });

  it("a store that does not tell them is not taken for one that has them", async () => {
    await using api = await openApi({ collections: emptied });
    api.faults.inject({
      match: { operation: "GetBucketLifecycleConfiguration" },
      action: { kind: "error", code: "AccessDenied" },
    });
    expect(await answer(api)).toEqual({
      known: false,
      message: "The store refused to tell its lifecycle rules: AccessDenied (HTTP 403).",
    });
  });
});

it("a store that refuses any upload says so, and not that it lacks checksums", async () => {
  await using api = await openApi();
  const missing = { ...api.deps, store: { ...api.deps.store, bucket: "no-such-bucket" } };
  await expect(api.as(alice, missing).probeStore()).rejects.toMatchObject({
    cause: expect.objectContaining({ code: "STORAGE_DENIED" }) as WaybillError,
    message: "The store refused to begin the upload: NoSuchBucket (HTTP 404).",
  });
  await expect(api.as(undefined).probeStore()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
});

it("only who may upload something may try", async () => {
  const rule = { ...collections.files, who: () => false };
  await using api = await openApi({ collections: defineCollections({ files: rule }) });
  await expect(api.as(alice).probeStore()).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: "You may not upload to any collection.",
  });
});
