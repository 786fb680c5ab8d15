import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allow, assumeRole } from "../../testing/assume-role.ts";
import type { StandIn } from "../../testing/open-stand-in.ts";
import { sendSigned } from "../../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../../testing/send-request.ts";
import type { PolicyStatement } from "../../testing/use-bucket-policy.ts";
import {
  type Access,
  Bucket,
  BUCKET_ARN,
  get,
  isAllowed,
  list,
  OBJECTS_ARN,
  openAccess,
  put,
  ROLE_ARN,
  SESSION_ARN,
} from "./testing/open-access.ts";

const ACCESS_DENIED = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };

let access: Access;
let s3: StandIn;
let account: S3Client;

beforeAll(async () => {
  access = await openAccess();
  ({ s3, account } = access);
});
beforeEach(() => {
  access.moveClock(0);
  s3.lines.length = 0;
});
afterAll(() => access.close());

describe("a denial", () => {
  it("tells the account's own callers what was missing, and the log which policy decided", async () => {
    const narrow = await access.session(allow("s3:GetObject", `${BUCKET_ARN}/own/*`));
    await expect(put(narrow, "k")).rejects.toMatchObject({
      ...ACCESS_DENIED,
      message: `User: ${SESSION_ARN} is not authorized to perform: s3:PutObject on resource: "${BUCKET_ARN}/k" because no session policy allows the s3:PutObject action`,
    });
    await expect(list(narrow)).rejects.toMatchObject({
      message: `User: ${SESSION_ARN} is not authorized to perform: s3:ListBucket on resource: "${BUCKET_ARN}" because no session policy allows the s3:ListBucket action`,
    });
    await expect(narrow.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      message: `User: ${SESSION_ARN} is not authorized to perform: s3:ListAllMyBuckets because no session policy allows the s3:ListAllMyBuckets action`,
    });
    expect(s3.lines[0]).toBe(
      `403 AccessDenied PUT /${Bucket}/k: ${SESSION_ARN}: s3:PutObject on ${BUCKET_ARN}/k because no session policy allows the s3:PutObject action`,
    );
  });

  it("of the bucket's policy says so, and names its statement in the log", async () => {
    await access.withPolicy(
      [{ Sid: "NoReading", Action: "s3:GetObject", Resource: OBJECTS_ARN }],
      async () => {
        await expect(get(account)).rejects.toMatchObject({
          message: `User: arn:aws:iam::000000000000:root is not authorized to perform: s3:GetObject on resource: "${BUCKET_ARN}/k" with an explicit deny in a resource-based policy`,
        });
      },
    );
    expect(s3.lines.at(-1)).toMatch(/in a resource-based policy \(statement NoReading\)$/);
  });

  it("of a presigned URL, and of HEAD, is one as well", async () => {
    const narrow = await access.session(allow("s3:GetObject", `${BUCKET_ARN}/own/*`));
    const url = await getSignedUrl(narrow, new GetObjectCommand({ Bucket, Key: "k" }));
    expect((await fetch(url)).status).toBe(403);
    await expect(narrow.send(new HeadObjectCommand({ Bucket, Key: "k" }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(narrow.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("comes before a byte of the body, and after the bucket was looked for", async () => {
    const { credentials } = await assumeRole(s3, { Policy: allow("s3:GetObject", OBJECTS_ARN) });
    const body = Buffer.alloc(8 * 1024 ** 2);
    const answer = await sendSigned({ ...s3, credentials }, { method: "PUT", path: `/${Bucket}/k`, body });
    expect(xmlValue(answer.text, "Code")).toBe("AccessDenied");
    const absent = await sendSigned(
      { ...s3, credentials },
      { method: "PUT", path: "/absent-bucket/k", body },
    );
    expect(xmlValue(absent.text, "Code")).toBe("NoSuchBucket");
    const created = await sendSigned({ ...s3, credentials }, { method: "PUT", path: "/absent-bucket" });
    expect(xmlValue(created.text, "Code")).toBe("AccessDenied");
  });
});

describe("an anonymous request", () => {
  const anonymous = (method: string, path: string, options: object = {}) =>
    sendRequest({ endpoint: s3.endpoint, method, path, ...options });
  const codeOf = async (...parameters: Parameters<typeof anonymous>) => {
    const { status, text } = await anonymous(...parameters);
    return [status, xmlValue(text, "Code"), xmlValue(text, "Message")];
  };
  const DENIED = [403, "AccessDenied", "Access Denied"];

  it("may do what a policy allows everybody, uploads and multipart uploads too", async () => {
    const anyone: PolicyStatement[] = [
      { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: `${BUCKET_ARN}/drop/*` },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: BUCKET_ARN },
    ];
    await access.withPolicy(anyone, async () => {
      expect((await anonymous("PUT", `/${Bucket}/drop/k`, { body: "bytes" })).status).toBe(200);
      expect((await anonymous("GET", `/${Bucket}/drop/k`)).text).toBe("bytes");
      const withOverride = `/${Bucket}/drop/k?response-content-type=text/plain`;
      expect((await codeOf("GET", withOverride)).slice(0, 2)).toEqual([400, "InvalidRequest"]);
      expect(await codeOf("GET", `/${Bucket}/drop/missing`)).toEqual([404, "NoSuchKey", expect.anything()]);
      expect((await anonymous("GET", `/${Bucket}?list-type=2&prefix=drop/`)).text).toContain(
        "<Key>drop/k</Key>",
      );
      const created = await anonymous("POST", `/${Bucket}/drop/parts?uploads`);
      const uploadId = xmlValue(created.text, "UploadId") ?? "";
      const part = `/${Bucket}/drop/parts?partNumber=1&uploadId=${uploadId}`;
      expect((await anonymous("PUT", part, { body: "part" })).status).toBe(200);
      expect(await codeOf("DELETE", `/${Bucket}/drop/parts?uploadId=${uploadId}`)).toEqual(DENIED);
      expect(await codeOf("PUT", `/${Bucket}/other`, { body: "x" })).toEqual(DENIED);
      expect(await codeOf("DELETE", `/${Bucket}/drop/k`)).toEqual(DENIED);
      expect(await codeOf("GET", `/${Bucket}?policy`)).toEqual(DENIED);
    });
  });

  it("may never touch the policy itself, even if that allows it", async () => {
    await access.withPolicy([{ Effect: "Allow" }], async () => {
      for (const method of ["GET", "PUT", "DELETE"]) {
        expect(await codeOf(method, `/${Bucket}?policy`)).toEqual([
          405,
          "MethodNotAllowed",
          expect.anything(),
        ]);
      }
    });
  });

  it("has a body that is checked as far as it says something of it", async () => {
    await access.withPolicy(
      [{ Effect: "Allow", Action: "s3:PutObject", Resource: OBJECTS_ARN }],
      async () => {
        const hash = { "x-amz-content-sha256": "0".repeat(64) };
        expect(await codeOf("PUT", `/${Bucket}/hash`, { body: "x", headers: hash })).toEqual([
          400,
          "XAmzContentSHA256Mismatch",
          expect.anything(),
        ]);
        const chunked = {
          "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          "x-amz-decoded-content-length": "5",
          "content-encoding": "aws-chunked",
        };
        const body = "5\r\nhello\r\n0\r\n\r\n";
        expect((await anonymous("PUT", `/${Bucket}/chunked`, { body, headers: chunked })).status).toBe(200);
      },
    );
    expect((await (await get(account, "chunked")).Body?.transformToString()) ?? "").toBe("hello");
  });

  it("is AccessDenied for everything else, and told of a bucket that is not there", async () => {
    expect(await codeOf("GET", `/${Bucket}/k`)).toEqual(DENIED);
    expect(await codeOf("GET", "/")).toEqual(DENIED);
    expect(await codeOf("PUT", "/new-bucket")).toEqual(DENIED);
    expect(await codeOf("POST", `/${Bucket}?unheard-of`)).toEqual(DENIED);
    expect(await codeOf("GET", "/absent-bucket/k")).toEqual([404, "NoSuchBucket", expect.anything()]);
    await access.withPolicy([{ Effect: "Allow", Principal: { AWS: ROLE_ARN } }], async () => {
      expect(await codeOf("GET", `/${Bucket}/k`)).toEqual(DENIED);
    });
    expect(s3.lines[0]).toBe(`403 AccessDenied GET /${Bucket}/k: no credentials`);
    expect(s3.lines.at(-1)).toBe(
      `403 AccessDenied GET /${Bucket}/k: anonymous: s3:GetObject on ${BUCKET_ARN}/k because no resource-based policy allows the s3:GetObject action`,
    );
  });
});

describe("a bucket policy that names a role or session", () => {
  it("is enough for them, each within what the session's own policy leaves", async () => {
    const nothing = await access.session(allow("s3:GetObject", `${BUCKET_ARN}/nothing`));
    const grant = (AWS: string): PolicyStatement => ({
      Effect: "Allow",
      Principal: { AWS },
      Action: "s3:PutObject",
      Resource: OBJECTS_ARN,
    });
    expect(await access.withPolicy([grant(ROLE_ARN)], () => isAllowed(() => put(nothing, "by-role")))).toBe(
      false,
    );
    expect(
      await access.withPolicy([grant(SESSION_ARN)], () => isAllowed(() => put(nothing, "by-session"))),
    ).toBe(true);
  });
});
