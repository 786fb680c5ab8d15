import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { type S3UnderTest, sendSigned, signWithAws4 } from "./s3-under-test.ts";
import { sendRequest } from "./send-request.ts";
import { useS3 } from "./use-s3.ts";

export function describeMetadata(open: () => Promise<S3UnderTest>): void {
  describe("metadata", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });

    it("keeps the bytes and every kind of metadata", async () => {
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: "metadata",
          Body: "hello",
          ContentType: "text/plain; charset=utf-8",
          ContentDisposition: 'attachment; filename="a  b.txt"',
          ContentEncoding: "identity",
          ContentLanguage: "de",
          CacheControl: "max-age=60",
          Expires: new Date("2030-01-01T00:00:00Z"),
          Metadata: { "file-name": "a b.txt" },
        }),
      );
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "metadata" }));
      expect(await got.Body?.transformToString()).toBe("hello");
      expect(got).toMatchObject({
        ContentType: "text/plain; charset=utf-8",
        ContentDisposition: 'attachment; filename="a  b.txt"',
        ContentEncoding: "identity",
        ContentLanguage: "de",
        CacheControl: "max-age=60",
        ExpiresString: "Tue, 01 Jan 2030 00:00:00 GMT",
        Metadata: { "file-name": "a b.txt" },
        ContentLength: 5,
        ETag: '"5d41402abc4b2a76b9719d911017c592"',
        AcceptRanges: "bytes",
      });
    });

    it("takes the content-type that a browser adds to a presigned upload", async () => {
      const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "typed" }));
      const response = await fetch(url, { method: "PUT", body: new Blob(["x"], { type: "text/x-own" }) });
      expect(response.status).toBe(200);
      const { ContentType } = await client.send(new HeadObjectCommand({ Bucket, Key: "typed" }));
      expect(ContentType).toBe("text/x-own");
    });

    it("keeps the content-type that a presigned upload signs", async () => {
      const url = await getSignedUrl(
        client,
        new PutObjectCommand({ Bucket, Key: "typed", ContentType: "text/x-own" }),
        { signableHeaders: new Set(["content-type"]) },
      );
      const put = async (type: string): Promise<number> =>
        (await fetch(url, { method: "PUT", body: new Blob(["x"], { type }) })).status;
      expect([await put("text/x-other"), await put("text/x-own")]).toEqual([403, 200]);
    });

    it("gives back metadata that is not ASCII in the words of RFC 2047", async () => {
      // The example of https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html, where the
      // octets of a header are read as ISO 8859-1.
      const name = "x-amz-meta-nonascii";
      const path = `/${Bucket}/nonascii`;
      const text = "ÄMÄZÕÑ S3";
      const { headers } = signWithAws4(s3, { method: "PUT", path, headers: { [name]: text }, body: "" });
      const octets = Buffer.from(text).toString("latin1");
      await sendRequest({
        endpoint: s3.endpoint,
        method: "PUT",
        path,
        headers: { ...headers, [name]: octets },
        body: Buffer.alloc(0), // with text Node would write the headers in UTF-8 too
      });
      const head = await sendSigned(s3, { method: "HEAD", path });
      expect(head.headers[name]).toBe("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=");
    });

    it("takes a name that is not ASCII in the query of a presigned upload", async () => {
      const url = await getSignedUrl(
        client,
        new PutObjectCommand({ Bucket, Key: "named", Metadata: { name: "한글.txt" } }),
      );
      expect((await fetch(url, { method: "PUT", body: Buffer.from("x") })).status).toBe(200);
      const { Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key: "named" }));
      expect(Metadata).toEqual({ name: `=?UTF-8?B?${Buffer.from("한글.txt").toString("base64")}?=` });
    });

    it("refuses metadata over 2 KB", async () => {
      await expect(
        client.send(new PutObjectCommand({ Bucket, Key: "m", Body: "x", Metadata: { a: "v".repeat(2048) } })),
      ).rejects.toMatchObject({ name: "MetadataTooLarge" });
    });
  });
}
