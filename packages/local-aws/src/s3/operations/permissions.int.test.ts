import { createHash } from "node:crypto";
import { PutBucketVersioningCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allow, assumeRole } from "../../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";

let s3: StandIn;
let client: S3Client;
let versionId = "";

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const put = new PutObjectCommand({ Bucket, Key: "k", Body: "bytes", Tagging: "a=1" });
  versionId = (await client.send(put)).VersionId ?? "";
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

interface Request {
  method: string;
  /** `ID` stands for a version's id. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** @returns the code of the refusal, with a session that may do just this */
async function codeWith(actions: readonly string[], { method, path, headers, body }: Request) {
  // A policy must allow something.
  const Policy = allow([...actions, "s3:GetBucketWebsite"], "*");
  const { credentials } = await assumeRole(s3, { Policy });
  const md5 = body === undefined ? {} : { "content-md5": createHash("md5").update(body).digest("base64") };
  const answer = await sendSigned(
    { ...s3, credentials },
    {
      method,
      path: `/${Bucket}${path.replaceAll("ID", versionId)}`,
      headers: { ...md5, ...headers },
      ...(body === undefined ? {} : { body }),
    },
  );
  const entries = xmlValue(answer.text, "Code"); // of DeleteObjects too, whose status is 200
  return entries ?? answer.status;
}

const COPY = { "x-amz-copy-source": `/${Bucket}/k` };
const TAGGING = "<Tagging><TagSet/></Tagging>";
const DELETION = "<Delete><Object><Key>none</Key></Object></Delete>";
const VERSION_DELETION = "<Delete><Object><Key>none</Key><VersionId>null</VersionId></Object></Delete>";

const CASES: readonly [request: Request, ...actions: string[]][] = [
  [{ method: "GET", path: "/k" }, "s3:GetObject"],
  [{ method: "HEAD", path: "/k" }, "s3:GetObject"],
  [{ method: "GET", path: "/k?versionId=ID" }, "s3:GetObjectVersion"],
  [{ method: "GET", path: "/k?tagging" }, "s3:GetObjectTagging"],
  [{ method: "GET", path: "/k?tagging&versionId=ID" }, "s3:GetObjectVersionTagging"],
  [{ method: "PUT", path: "/k?tagging", body: TAGGING }, "s3:PutObjectTagging"],
  [{ method: "DELETE", path: "/k?tagging&versionId=ID" }, "s3:DeleteObjectVersionTagging"],
  [{ method: "GET", path: "/k?acl" }, "s3:GetObjectAcl"],
  [{ method: "GET", path: "/k?acl&versionId=ID" }, "s3:GetObjectVersionAcl"],
  [
    { method: "GET", path: "/k?attributes", headers: { "x-amz-object-attributes": "ETag" } },
    "s3:GetObject",
    "s3:GetObjectAttributes",
  ],
  [
    { method: "GET", path: "/k?attributes&versionId=ID", headers: { "x-amz-object-attributes": "ETag" } },
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAttributes",
  ],
  [
    { method: "PUT", path: "/tagged", headers: { "x-amz-tagging": "a=1" }, body: "x" },
    "s3:PutObject",
    "s3:PutObjectTagging",
  ],
  [
    { method: "PUT", path: "/acl", headers: { "x-amz-acl": "bucket-owner-full-control" }, body: "x" },
    "s3:PutObject",
    "s3:PutObjectAcl",
  ],
  [
    {
      method: "PUT",
      path: "/copy",
      headers: { ...COPY, "x-amz-tagging-directive": "REPLACE" },
    },
    "s3:PutObject",
    "s3:GetObject",
  ],
  [
    { method: "PUT", path: "/copy", headers: { "x-amz-copy-source": `/${Bucket}/tags` } },
    "s3:PutObject",
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:PutObjectTagging",
  ],
  [{ method: "DELETE", path: "/none" }, "s3:DeleteObject"],
  [{ method: "DELETE", path: "/none?versionId=null" }, "s3:DeleteObjectVersion"],
  [{ method: "POST", path: "?delete", body: DELETION }, "s3:DeleteObject"],
  [{ method: "POST", path: "?delete", body: VERSION_DELETION }, "s3:DeleteObjectVersion"],
  [{ method: "GET", path: "" }, "s3:ListBucket"],
  [{ method: "GET", path: "?versions" }, "s3:ListBucketVersions"],
  [{ method: "GET", path: "?versioning" }, "s3:GetBucketVersioning"],
  [{ method: "GET", path: "?location" }, "s3:GetBucketLocation"],
  [{ method: "GET", path: "?encryption" }, "s3:GetEncryptionConfiguration"],
  [{ method: "GET", path: "?ownershipControls" }, "s3:GetBucketOwnershipControls"],
  [{ method: "GET", path: "?acl" }, "s3:GetBucketAcl"],
  [{ method: "PUT", path: "?tagging", body: TAGGING }, "s3:PutBucketTagging"],
];

describe("permission", () => {
  beforeAll(async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "tags", Body: "bytes", Tagging: "a=1" }));
  });

  it.each(CASES)("for %j is %s %s %s %s", async (request, ...actions) => {
    const granted = await codeWith(actions, request);
    expect(granted).toSatisfy((code) => code === 200 || code === 204);
    for (const missing of actions) {
      const others = actions.filter((action) => action !== missing);
      const refused = request.method === "HEAD" ? 403 : "AccessDenied";
      expect([missing, await codeWith(others, request)]).toEqual([missing, refused]);
    }
  });

  it("to list a bucket is needed to learn that an object is not there", async () => {
    const get = { method: "GET", path: "/missing" };
    expect(await codeWith(["s3:GetObject"], get)).toBe("AccessDenied");
    expect(await codeWith(["s3:GetObject", "s3:ListBucket"], get)).toBe("NoSuchKey");
    const getVersion = { method: "GET", path: "/missing?versionId=null" };
    expect(await codeWith(["s3:GetObjectVersion"], getVersion)).toBe("AccessDenied");
    expect(await codeWith(["s3:GetObjectVersion", "s3:ListBucket"], getVersion)).toBe("NoSuchVersion");
  });

  it("to read tags is needed to be told their number", async () => {
    const count = async (actions: readonly string[]) => {
      const { credentials } = await assumeRole(s3, { Policy: allow(actions, "*") });
      const answer = await sendSigned({ ...s3, credentials }, { method: "GET", path: `/${Bucket}/tags` });
      return [answer.status, answer.headers["x-amz-tagging-count"]];
    };
    expect(await count(["s3:GetObject"])).toEqual([200, undefined]);
    expect(await count(["s3:GetObject", "s3:GetObjectTagging"])).toEqual([200, "1"]);
  });
});
