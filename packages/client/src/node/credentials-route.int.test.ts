import { randomFillSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { MiB } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient } from "./index.ts";

const BYTES = randomFillSync(Buffer.alloc(12 * MiB + 1));
let stack: Awaited<ReturnType<typeof openStack>>;
let path: string;

beforeAll(async () => {
  stack = await openStack();
  path = join(stack.folder, "file.bin");
  await writeFile(path, BYTES);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function stored(key: string): Promise<Buffer> {
  const { client, bucket } = stack.direct;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe("with temporary credentials", () => {
  it.each([
    ["one request", {}, 1],
    ["parts", { partSizeBytes: 5 * MiB }, 3],
  ])("a file goes to the store in %s that are signed here", async (_, how, partCount) => {
    using client = createWaybillClient({ url: stack.url });
    const options = { ...how, collection: "drive", route: "credentials", metadata: { note: "☂" } } as const;
    const result = await client.upload(path, options);
    expect(result).toMatchObject({
      route: "credentials",
      partCount,
      key: "drive/alice/file.bin",
      metadata: { note: "☂" },
    });
    expect((await stored(result.key)).equals(BYTES)).toBe(true);
  });

  it("does so where nothing may be replaced, too, and after the store refused a request", async () => {
    let refusals = 2;
    stack.proxy.decide = ({ url }) =>
      url.includes("partNumber=2&") && refusals-- > 0
        ? {
            kind: "answer",
            status: 403,
            body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
          }
        : undefined;
    using client = createWaybillClient({ url: stack.url });
    const { key } = await client.upload(path, { route: "credentials", partSizeBytes: 5 * MiB });
    stack.proxy.decide = () => undefined;
    expect(refusals).toBeLessThan(1);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("is refused where the collection does not offer it", async () => {
    const client = createWaybillClient<
      Record<string, { metadata: Record<string, string>; route: "credentials"; after: undefined }>
    >({ url: stack.url });
    using _client = client;
    await expect(
      client.upload(path, { collection: "avatars", contentType: "image/png", route: "credentials" }),
    ).rejects.toMatchObject({ code: "TOO_LARGE" });
    const small = join(stack.folder, "small.png");
    await writeFile(small, "png");
    await expect(
      client.upload(small, { collection: "avatars", contentType: "image/png", route: "credentials" }),
    ).rejects.toMatchObject({ code: "ROUTE_UNAVAILABLE" });
  });

  it("lib-storage uploads into the granted prefix in parts, and nowhere else", async () => {
    using client = createWaybillClient({ url: stack.url });
    const issued = await client.api.credentials.issue.mutate({ collection: "drive" });
    const { accessKeyId, secretAccessKey, sessionToken, endpoint, region, address, prefix } = issued;
    const s3 = new S3Client({
      region,
      forcePathStyle: true,
      ...(endpoint === null ? {} : { endpoint }),
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const upload = (Key: string) =>
      new Upload({ client: s3, params: { Bucket: address.bucket, Key, Body: BYTES } }).done();
    await upload(`${prefix}by-lib-storage`);
    expect((await stored(`${prefix}by-lib-storage`)).equals(BYTES)).toBe(true);
    await expect(upload("drive/bob/by-lib-storage")).rejects.toMatchObject({ name: "AccessDenied" });
    s3.destroy();
  });
});
