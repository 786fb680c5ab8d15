import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { WaybillError } from "@waybill/core";
import { expect, it } from "vitest";
import { collections } from "./collections/default-collections.ts";
import { defineCollections } from "./collections/define-collections.ts";
import { openApi } from "./testing/open-api.ts";

const alice = { id: "alice", scopes: [] };

it.each([
  ["kept", ["CRC64NVME", "MD5"]],
  ["ignored", ["MD5"]],
  ["refused", ["MD5"]],
] as const)(
  "where checksums are %s, a store proves %j, and nothing is left of the probe",
  async (checksums, proves) => {
    await using api = await openApi({ checksums });
    expect(await api.as(alice).probeStore()).toEqual({ proves, counts: true });
    const { client, bucket: Bucket } = api.direct;
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).toEqual([]);
  },
);

it("a store that makes its ETags otherwise proves nothing", async () => {
  await using api = await openApi({ checksums: "ignored" });
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
  expect(await api.as(alice).probeStore()).toEqual({ proves: [], counts: true });
});

it("a store that writes whatever If-Match says cannot count", async () => {
  await using api = await openApi({ limits: { requestsPerMinute: 100 } });
  expect(await api.as(alice).probeStore()).toMatchObject({ counts: true });
  api.client.middlewareStack.add(
    (next) => (args) => {
      if ("IfMatch" in args.input) delete args.input.IfMatch;
      return next(args);
    },
    { step: "initialize" },
  );
  expect(await api.as(alice).probeStore()).toMatchObject({ counts: false });
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
