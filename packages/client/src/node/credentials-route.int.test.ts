import { randomFillSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { MiB } from "@waybill/core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
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
afterEach(() => {
  stack.proxy.decide = () => undefined;
  vi.useRealTimers();
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
    expect(refusals).toBeLessThan(1);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("takes others when those have ended before their time, for which the API is asked once", async () => {
    using client = createWaybillClient({ url: stack.url });
    const ended = new Set<string>();
    const body = "<Error><Code>ExpiredToken</Code><Message>The token has expired.</Message></Error>";
    stack.proxy.decide = ({ method, url }) => {
      const credential = /X-Amz-Credential=([^&]*)/.exec(url)?.[1];
      if (method !== "PUT" || credential === undefined) return undefined;
      if (ended.size === 0) ended.add(credential);
      return ended.has(credential) ? { kind: "answer", status: 400, body } : undefined;
    };
    const before = stack.asked.length;
    const { key } = await client.upload(path, { route: "credentials", partSizeBytes: 5 * MiB });
    expect(stack.asked.slice(before).filter((asked) => asked === "/credentials.issue")).toHaveLength(2);
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

  describe("an object comes", () => {
    const to = () => join(stack.folder, "copy.bin");
    const EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    let key: string;

    beforeAll(async () => {
      using client = createWaybillClient({ url: stack.url });
      ({ key } = await client.upload(path, { collection: "drive", fileName: "to-get.bin" }));
    });

    /** Paths that the API is asked for meanwhile. */
    async function asking(run: () => Promise<void>): Promise<string[]> {
      const before = stack.asked.length;
      await run();
      return stack.asked.slice(before);
    }

    it("in ranges that are signed here, with one call for all of a client's", async () => {
      using client = createWaybillClient({ url: stack.url });
      const urls: string[] = [];
      stack.proxy.decide = ({ method, url }) => {
        if (method === "GET") urls.push(url);
        return undefined;
      };
      const options = { route: "credentials", rangeSizeBytes: 5 * MiB } as const;
      const asked = await asking(async () => {
        expect(await client.download(key, to(), options)).toMatchObject({
          route: "credentials",
          verified: true,
        });
        expect((await readFile(to())).equals(BYTES)).toBe(true);
        await client.download(key, to(), options);
      });
      expect(asked).toEqual(["/downloads.create", "/credentials.issue", "/downloads.create"]);
      expect(urls.length).toBeGreaterThanOrEqual(6);
      for (const url of urls) expect(url).toContain("X-Amz-Security-Token=");
    });

    it("as a stream", async () => {
      using client = createWaybillClient({ url: stack.url });
      const chunks: Uint8Array[] = [];
      await client.download(key, async (chunk) => void chunks.push(chunk), { route: "credentials" });
      expect(Buffer.concat(chunks).equals(BYTES)).toBe(true);
    });

    it("with new credentials before the old ones end", async () => {
      vi.useFakeTimers({ toFake: ["Date"] });
      using client = createWaybillClient({ url: stack.url });
      const download = () => client.download(key, to(), { route: "credentials" });
      const passMinutes = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);
      await download();
      passMinutes(40);
      const asked = await asking(async () => void (await download()));
      await vi.waitFor(() => expect(stack.asked.slice(-2)).toContain("/credentials.issue"));
      expect(asked).toContain("/downloads.create");
      passMinutes(25); // the first ones have ended
      const seen = stack.proxy.seen.length;
      expect(await asking(async () => void (await download()))).toEqual(["/downloads.create"]);
      // None was refused.
      expect(stack.proxy.seen.slice(seen).filter((request) => request.startsWith("GET "))).toHaveLength(1);
    });

    it("with others when the store says that they have ended, for which the API is asked once", async () => {
      using client = createWaybillClient({ url: stack.url });
      let refusals = 3;
      stack.proxy.decide = ({ method }) =>
        method === "GET" && refusals-- > 0 ? { kind: "answer", status: 403, body: EXPIRED } : undefined;
      const options = { route: "credentials", rangeSizeBytes: 5 * MiB, concurrency: 3 } as const;
      const asked = await asking(async () => void (await client.download(key, to(), options)));
      expect(asked.filter((call) => call === "/credentials.issue")).toHaveLength(2);
      expect((await readFile(to())).equals(BYTES)).toBe(true);
    });

    it("not at all where the collection does not offer it", async () => {
      using client = createWaybillClient({ url: stack.url });
      const small = join(stack.folder, "a.png");
      await writeFile(small, "png");
      const avatar = await client.upload(small, { collection: "avatars", contentType: "image/png" });
      await expect(client.download(avatar.key, to(), { route: "credentials" })).rejects.toMatchObject({
        code: "ROUTE_UNAVAILABLE",
      });
      expect(await client.download(avatar.key, to())).toMatchObject({ route: "presigned" });
    });
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
