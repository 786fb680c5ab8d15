import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { describe, expect, it } from "vitest";
import { postForm, signForm } from "./post-form.ts";
import type { S3UnderTest } from "./s3-under-test.ts";
import { xmlValue } from "./send-request.ts";
import { useS3 } from "./use-s3.ts";

export function describePostObject(open: () => Promise<S3UnderTest>): void {
  describe("uploads of browser forms", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });

    /** As a page would do it, with what the SDK signed. */
    const upload = async (
      options: Omit<PresignedPostOptions, "Bucket">,
      file: Blob = new File(["hello"], "hello.txt"),
    ): Promise<Response> => {
      const { url, fields } = await createPresignedPost(client, { Bucket, ...options });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", file);
      return fetch(url, { method: "POST", body: form, redirect: "manual" });
    };
    const get = async (Key: string): Promise<string | undefined> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString();
    };
    const eTag = (text: string): string => `"${createHash("md5").update(text).digest("hex")}"`;

    it("stores the file with what the fields say of it", async () => {
      const Fields = {
        "Content-Type": "text/plain; charset=utf-8",
        "x-amz-meta-file-name": "a b.txt",
      };
      const answer = await upload({ Key: "form/a b+ü.txt", Fields });
      expect([answer.status, await answer.text(), answer.headers.get("etag")]).toEqual([
        204,
        "",
        eTag("hello"),
      ]);
      const Key = "form/a b+ü.txt";
      expect(await get(Key)).toBe("hello");
      expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
        ContentType: "text/plain; charset=utf-8",
        Metadata: { "file-name": "a b.txt" },
      });
    });

    it("names the object for the file", async () => {
      const answer = await upload({ Key: "named/${filename}" }, new File(["hello"], "photo 1.jpg"));
      expect(answer.status).toBe(204);
      expect(await get("named/photo 1.jpg")).toBe("hello");
    });

    it.each([
      ["200", 200],
      ["201", 201],
      ["204", 204],
      ["404", 204],
    ])("answers %s as asked, if it is one of three", async (success_action_status, status) => {
      const answer = await upload({ Key: "status", Fields: { success_action_status } });
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect([xmlValue(text, "Bucket"), xmlValue(text, "Key")]).toEqual(
        status === 201 ? [Bucket, "status"] : [undefined, undefined],
      );
    });

    it("redirects with the result in the query", async () => {
      const success_action_redirect = "https://example.com/done";
      const answer = await upload({ Key: "dir/redirected", Fields: { success_action_redirect } });
      const location = new URL(answer.headers.get("location") ?? "");
      expect([answer.status, `${location.origin}${location.pathname}`]).toEqual([
        303,
        "https://example.com/done",
      ]);
      expect([...location.searchParams]).toEqual([
        ["bucket", Bucket],
        ["key", "dir/redirected"],
        ["etag", eTag("hello")],
      ]);
    });

    it.each([
      [2, 400, "EntityTooSmall"],
      [3, 204, undefined],
      [5, 204, undefined],
      [6, 400, "EntityTooLarge"],
    ])("holds %i bytes against a range of 3 to 5", async (sizeBytes, status, code) => {
      const file = new Blob(["x".repeat(sizeBytes)]);
      const answer = await upload({ Key: "range", Conditions: [["content-length-range", 3, 5]] }, file);
      expect([answer.status, xmlValue(await answer.text(), "Code")]).toEqual([status, code]);
    });

    it("refuses what the policy does not say", async () => {
      const post = async (fields: Record<string, string>, conditions: readonly unknown[]) => {
        const answer = await postForm(s3, { fields: signForm(s3, { fields, conditions }) });
        return [answer.status, xmlValue(answer.text, "Code")];
      };
      const key = { key: "user/a" };
      const startsWith = ["starts-with", "$key", "user/"];
      expect(await post(key, [startsWith])).toEqual([204, undefined]);
      expect(await post(key, [["starts-with", "$key", "other/"]])).toEqual([403, "AccessDenied"]);
      expect(await post(key, [{ key: "user/b" }])).toEqual([403, "AccessDenied"]);
      expect(await post({ ...key, "Content-Type": "text/html" }, [startsWith])).toEqual([
        403,
        "AccessDenied",
      ]);
      expect(await post({ ...key, "x-ignore-me": "1" }, [startsWith])).toEqual([204, undefined]);
      expect(await post(key, [startsWith, ["eq", "$Content-Type", "text/plain"]])).toEqual([
        403,
        "AccessDenied",
      ]);
    });

    it("refuses another signature, another policy, and one that is over", async () => {
      const past = new Date(Date.now() - 600_000);
      const sign = (dates: { signedAt?: Date; expiresAt?: Date } = {}) =>
        signForm(s3, { fields: { key: "signed" }, conditions: [{ key: "signed" }], ...dates });
      const post = async (fields: Record<string, string>) => (await postForm(s3, { fields })).status;
      const fields = sign();
      expect(await post(fields)).toBe(204);
      expect(await post({ ...fields, "x-amz-signature": "0".repeat(64) })).toBe(403);
      const { policy: other = "" } = signForm(s3, { fields: {}, conditions: [["starts-with", "$key", ""]] });
      expect(await post({ ...fields, policy: other })).toBe(403);
      expect(await post(sign({ signedAt: past, expiresAt: new Date(Date.now() - 60_000) }))).toBe(403);
    });

    it("does not look at fields behind the file", async () => {
      const { url, fields } = await createPresignedPost(client, { Bucket, Key: "order" });
      const form = new FormData();
      form.append("file", new Blob(["x"]));
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      const answer = await fetch(url, { method: "POST", body: form });
      expect(answer.status).toBe(400);
    });
  });
}
