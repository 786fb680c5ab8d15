import { Agent } from "node:http";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assumeRole } from "../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient, signWithAws4 } from "../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../testing/send-request.ts";
import { withBucketPolicy } from "../testing/use-bucket-policy.ts";

const Bucket = "test-bucket";
const ODD_KEY = "odd +%2F/한글/../k";

let s3: StandIn;
let host: string;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn();
  host = `${Bucket}.localhost:${s3.aws.port}`;
  client = createVirtualClient();
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

/** Puts the bucket into the host. Not every machine finds `*.localhost` by itself, so every name is this one. */
function createVirtualClient(credentials = s3.credentials): S3Client {
  const httpAgent = new Agent({
    lookup: (_host, options, found) => {
      if (options.all) found(null, [{ address: "127.0.0.1", family: 4 }]);
      else found(null, "127.0.0.1", 4);
    },
  });
  return createClient(
    { ...s3, credentials, endpoint: `http://localhost:${s3.aws.port}` },
    { forcePathStyle: false, requestHandler: { httpAgent } },
  );
}

/** To the server, whatever the URL's host; with that in the Host header. */
function send(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: string } = {},
) {
  const { host: name } = new URL(url);
  // A `URL` would take the dots out of the path.
  const path = url.slice(url.indexOf(name) + name.length);
  return sendRequest({
    endpoint: s3.endpoint,
    method,
    path,
    ...options,
    headers: { host: name, ...options.headers },
  });
}

describe("an address with the bucket in its host", () => {
  it("works with the SDK, for objects, lists and buckets themselves", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "bytes" }));
    const found = await client.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await found.Body?.transformToString()).toBe("bytes");
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "k" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["k"]);
    await client.send(new CreateBucketCommand({ Bucket: "another-bucket" }));
    await expect(
      client.send(new GetObjectCommand({ Bucket: "another-bucket", Key: "k" })),
    ).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  it("works in presigned URLs, also of odd keys, and is the same object as by its path", async () => {
    const command = new PutObjectCommand({ Bucket, Key: ODD_KEY });
    const url = await getSignedUrl(client, command);
    expect(new URL(url).host).toBe(host);
    expect((await send("PUT", url, { body: "bytes" })).status).toBe(200);
    const byPath = createClient(s3);
    const found = await byPath.send(new GetObjectCommand({ Bucket, Key: ODD_KEY }));
    expect(await found.Body?.transformToString()).toBe("bytes");
    byPath.destroy();
  });

  it("works with another signer, in the header and in the query", async () => {
    const signer = { ...s3, endpoint: `http://${host}` };
    const put = { method: "PUT", path: "/by-aws4", body: "bytes" };
    const { headers } = signWithAws4(signer, put);
    expect((await sendRequest({ endpoint: s3.endpoint, ...put, headers: { ...headers, host } })).status).toBe(
      200,
    );
    const { path } = signWithAws4(signer, { method: "GET", path: "/by-aws4", signQuery: true });
    expect((await send("GET", `http://${host}${path}`)).text).toBe("bytes");
    const list = signWithAws4(signer, { method: "GET", path: "/?list-type=2&prefix=by", signQuery: true });
    expect((await send("GET", `http://${host}${list.path}`)).text).toContain("<Key>by-aws4</Key>");
  });

  it("is part of what is signed", async () => {
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "k" }));
    const byPath = await send("GET", url.replace(`http://${host}/`, `${s3.endpoint}/${Bucket}/`));
    expect(xmlValue(byPath.text, "Code")).toBe("SignatureDoesNotMatch");
    const elsewhere = await send("GET", url.replace(host, host.replace(Bucket, "another-bucket")));
    expect(xmlValue(elsewhere.text, "Code")).toBe("SignatureDoesNotMatch");
  });

  it("is held to the same policies", async () => {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::${Bucket}/own/*` }],
    });
    const session = createVirtualClient((await assumeRole(s3, { Policy })).credentials);
    await session.send(new PutObjectCommand({ Bucket, Key: "own/k", Body: "x" }));
    const foreign = session.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    await expect(foreign).rejects.toMatchObject({ name: "AccessDenied" });
    session.destroy();
    const everybody = {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/own/*`,
    } as const;
    await withBucketPolicy({ client, Bucket }, [everybody], async () => {
      expect((await send("GET", `http://${host}/own/k`)).status).toBe(200);
      expect((await send("GET", `http://${host}/k`)).status).toBe(403);
    });
  });
});
