import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StandIn } from "../../testing/open-stand-in.ts";
import { sendSigned } from "../../testing/s3-under-test.ts";
import type { PolicyStatement } from "../../testing/use-bucket-policy.ts";
import {
  type Access,
  Bucket,
  BUCKET_ARN,
  fetchUrl,
  get,
  isAllowed,
  list,
  OBJECTS_ARN,
  openAccess,
  put,
  requireSuccess,
  ROLE_ARN,
} from "./testing/open-access.ts";

let access: Access;
let s3: StandIn;
let account: S3Client;

beforeAll(async () => {
  access = await openAccess();
  ({ s3, account } = access);
});
beforeEach(() => access.moveClock(0));
afterAll(() => access.close());

async function sendWith(headers: Record<string, string>, options: object = {}): Promise<void> {
  requireSuccess(await sendSigned(s3, { method: "GET", path: `/${Bucket}/k`, headers, ...options }));
}

describe("a policy may ask", () => {
  /** Whether the account may read under a bucket policy that denies it on a condition. */
  const mayRead = (Condition: object, run: () => Promise<unknown> = () => get(account)): Promise<boolean> =>
    access.withPolicy([{ Action: "s3:GetObject", Resource: OBJECTS_ARN, Condition }], () => isAllowed(run));

  it("where a request comes from", async () => {
    expect(await mayRead({ NotIpAddress: { "aws:SourceIp": "127.0.0.0/8" } })).toBe(true);
    expect(await mayRead({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } })).toBe(false);
    expect(await mayRead({ Bool: { "aws:SecureTransport": "false" } })).toBe(false);
    expect(await mayRead({ StringEquals: { "aws:RequestedRegion": "us-east-1" } })).toBe(false);
  });

  it("by which program, from which page", async () => {
    const referer = { StringNotLike: { "aws:Referer": "https://example.com/*" } };
    expect(await mayRead(referer, () => sendWith({ referer: "https://example.com/page" }))).toBe(true);
    expect(await mayRead(referer, () => sendWith({ referer: "https://example.org/" }))).toBe(false);
    expect(await mayRead(referer, () => sendWith({}))).toBe(false);
    const bad = { StringLike: { "aws:UserAgent": "bad*" } };
    expect(await mayRead(bad, () => sendWith({ "user-agent": "badly made" }))).toBe(false);
    expect(await mayRead(bad, () => sendWith({ "user-agent": "well made" }))).toBe(true);
  });

  it("how old a signature is, in milliseconds", async () => {
    const url = await getSignedUrl(account, new GetObjectCommand({ Bucket, Key: "k" }), { expiresIn: 3600 });
    const fetchLater = (seconds: number) => async () => {
      access.moveClock(seconds);
      await fetchUrl(url).finally(() => access.moveClock(0));
    };
    const older = { NumericGreaterThan: { "s3:signatureAge": "600000" } };
    expect(await mayRead(older, fetchLater(590))).toBe(true);
    expect(await mayRead(older, fetchLater(610))).toBe(false);
  });

  it("in which way a request is signed", async () => {
    const inQuery = { StringEquals: { "s3:authType": "REST-QUERY-STRING" } };
    const inHeader = { StringEquals: { "s3:authType": "REST-HEADER" } };
    const version = { StringNotEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } };
    const url = await getSignedUrl(account, new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await mayRead(inQuery)).toBe(true);
    expect(await mayRead(inQuery, () => fetchUrl(url))).toBe(false);
    expect(await mayRead(inHeader)).toBe(false);
    expect(await mayRead(inHeader, () => fetchUrl(url))).toBe(true);
    expect(await mayRead(version, () => fetchUrl(url))).toBe(true);
  });

  it("whether the body was signed, as far as a header says so", async () => {
    const unsigned = { StringEquals: { "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD" } };
    const mayWrite = (run: () => Promise<unknown>): Promise<boolean> =>
      access.withPolicy([{ Action: "s3:PutObject", Resource: OBJECTS_ARN, Condition: unsigned }], () =>
        isAllowed(run),
      );
    const url = await getSignedUrl(account, new PutObjectCommand({ Bucket, Key: "by-url" }));
    expect(url).toContain("X-Amz-Content-Sha256=UNSIGNED-PAYLOAD");
    const sent = { method: "PUT", path: `/${Bucket}/unsigned`, body: "x" };
    const unsignedHeader = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
    expect(await mayWrite(() => put(account, "signed"))).toBe(true);
    expect(await mayWrite(() => fetchUrl(url, { method: "PUT", body: new Uint8Array([1]) }))).toBe(true);
    expect(await mayWrite(() => sendWith(unsignedHeader, sent))).toBe(false);
  });

  it("what a list is of", async () => {
    const own = { StringLike: { "s3:prefix": "own/*" }, StringEquals: { "s3:delimiter": "/" } };
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: BUCKET_ARN, Condition: own }],
    });
    const narrow = await access.session(Policy);
    expect(await isAllowed(() => list(narrow, { Prefix: "own/", Delimiter: "/" }))).toBe(true);
    expect(await isAllowed(() => list(narrow, { Prefix: "own/" }))).toBe(false);
    expect(await isAllowed(() => list(narrow, { Prefix: "other/", Delimiter: "/" }))).toBe(false);
    expect(await isAllowed(() => list(narrow, { Delimiter: "/" }))).toBe(false);
    await access.withPolicy(
      [
        {
          Action: "s3:ListBucket",
          Resource: BUCKET_ARN,
          Condition: { NumericGreaterThan: { "s3:max-keys": "10" } },
        },
      ],
      async () => {
        expect(await isAllowed(() => list(account, { MaxKeys: 10 }))).toBe(true);
        expect(await isAllowed(() => list(account, { MaxKeys: 11 }))).toBe(false);
      },
    );
  });

  it("that nothing is overwritten, without getting in the way of parts", async () => {
    const unconditional: PolicyStatement = {
      Action: "s3:PutObject",
      Resource: OBJECTS_ARN,
      Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    };
    await access.withPolicy([unconditional], async () => {
      expect(await isAllowed(() => put(account, "once"))).toBe(false);
      expect(await isAllowed(() => put(account, "once", { IfNoneMatch: "*" }))).toBe(true);
      const named = { Bucket, Key: "once-multipart" };
      const { UploadId } = await account.send(new CreateMultipartUploadCommand(named));
      const upload = { ...named, UploadId };
      const { ETag } = await account.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "x" }));
      const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
      const complete = (input: object) =>
        account.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ...input }));
      expect(await isAllowed(() => complete({}))).toBe(false);
      expect(await isAllowed(() => complete({ IfNoneMatch: "*" }))).toBe(true);
    });
  });

  it("which tags an object has, and which it is to get", async () => {
    await put(account, "tagged", { Tagging: "state=clean&x=y" });
    const unclean: PolicyStatement = {
      Action: "s3:GetObject",
      Resource: OBJECTS_ARN,
      Condition: { StringNotEquals: { "s3:ExistingObjectTag/state": "clean" } },
    };
    await access.withPolicy([unclean], async () => {
      expect(await isAllowed(() => get(account, "tagged"))).toBe(true);
      expect(await isAllowed(() => get(account, "k"))).toBe(false);
    });
    const unsorted: PolicyStatement = {
      Action: ["s3:PutObject", "s3:PutObjectTagging"],
      Resource: OBJECTS_ARN,
      Condition: { StringNotEquals: { "s3:RequestObjectTag/kind": ["a", "b"] } },
    };
    const retag = (Value: string) =>
      account.send(
        new PutObjectTaggingCommand({ Bucket, Key: "sorted", Tagging: { TagSet: [{ Key: "kind", Value }] } }),
      );
    await access.withPolicy([unsorted], async () => {
      expect(await isAllowed(() => put(account, "sorted", { Tagging: "kind=a" }))).toBe(true);
      expect(await isAllowed(() => put(account, "sorted", { Tagging: "kind=c" }))).toBe(false);
      expect(await isAllowed(() => put(account, "sorted"))).toBe(false);
      expect(await isAllowed(() => retag("b"))).toBe(true);
      expect(await isAllowed(() => retag("c"))).toBe(false);
    });
  });

  it("who the caller is, by role, by session and by tag", async () => {
    const own = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:PutObject", Resource: `${BUCKET_ARN}/\${aws:PrincipalTag/team}/*` },
      ],
    });
    const red = await access.session(own, { Tags: [{ Key: "Team", Value: "red" }] });
    expect(await isAllowed(() => put(red, "red/k"))).toBe(true);
    expect(await isAllowed(() => put(red, "blue/k"))).toBe(false);
    const whole = await access.session();
    const byRole = { StringEquals: { "aws:PrincipalArn": ROLE_ARN } };
    expect(await mayRead(byRole, () => get(whole))).toBe(false);
    expect(await mayRead(byRole)).toBe(true);
    const byUser = { StringLike: { "aws:userid": "AROA*:test-session" } };
    expect(await mayRead(byUser, () => get(whole))).toBe(false);
    const sourced = await access.session(undefined, { SourceIdentity: "alice" });
    const bySource = { StringEquals: { "aws:SourceIdentity": "alice" } };
    expect(await mayRead(bySource, () => get(sourced))).toBe(false);
    expect(await mayRead(bySource, () => get(whole))).toBe(true);
    const byType = { StringEquals: { "aws:PrincipalType": "AssumedRole" } };
    expect(await mayRead(byType, () => get(whole))).toBe(false);
    expect(await mayRead(byType)).toBe(true);
  });

  it("when a session was issued, so that it can be ended before its time", async () => {
    const before = await access.session();
    access.moveClock(60);
    const after = await access.session();
    const between = new Date(Date.now() + 30_000).toISOString();
    const revoked = { DateLessThan: { "aws:TokenIssueTime": between } };
    expect(await mayRead(revoked, () => get(before))).toBe(false);
    expect(await mayRead(revoked, () => get(after))).toBe(true);
    expect(await mayRead(revoked)).toBe(true); // the account's own keys were not issued
  });

  it("what time it is", async () => {
    const later = { DateGreaterThan: { "aws:CurrentTime": new Date(Date.now() + 60_000).toISOString() } };
    expect(await mayRead(later)).toBe(true);
    access.moveClock(120);
    expect(await mayRead(later)).toBe(false);
  });
});
