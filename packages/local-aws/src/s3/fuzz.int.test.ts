import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { sendSigned } from "../testing/s3-under-test.ts";
import { type ReceivedResponse, sendRequest, xmlValue } from "../testing/send-request.ts";

/** `FUZZ_RUNS=10000 npx vitest run fuzz` for a long run. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 1500);

let s3: StandIn;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-aws-fuzz-"));
  s3 = await openStandIn({ dataDir: join(folder, "data") });
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

const SUBRESOURCES = [
  "",
  "?uploads",
  "?uploadId=x",
  "?partNumber=1&uploadId=x",
  "?delete",
  "?cors",
  "?lifecycle",
  "?notification",
  "?acl",
  "?tagging",
  "?tagging&versionId=null",
  "?versionId=null",
  "?versionId=%00",
  "?attributes",
  "?partNumber=1",
  "?versioning",
  "?versions&key-marker=k&version-id-marker=null",
  "?location",
  "?list-type=2",
  "?%",
  "?a=%zz",
];
const method = fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH");
const path = fc
  .tuple(
    fc.constantFrom("/test-bucket/", "/test-bucket", "/", "/no-such-bucket/", "//", "/test-bucket/../"),
    fc.constantFrom(
      "",
      "k",
      "../../escaped",
      "%2e%2e%2f%2e%2e%2fescaped",
      "a%00b",
      "%",
      "%ff",
      "k".repeat(1100),
      "%25",
      "a//b",
    ),
    fc.constantFrom(...SUBRESOURCES),
  )
  .map((pieces) => pieces.join(""));
/** The signer that is used here gives up on others; unsigned, they are sent all the same. */
const signablePath = path.filter((target) => !/%(?![0-9a-f]{2})|%ff/i.test(target));
const headers = fc.dictionary(
  fc.constantFrom(
    "range",
    "content-md5",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc64nvme",
    "x-amz-copy-source",
    "x-amz-decoded-content-length",
    "x-amz-meta-a",
    "x-amz-trailer",
    "content-encoding",
    "x-amz-acl",
    "x-amz-tagging",
    "x-amz-copy-source-range",
    "x-amz-object-attributes",
    "x-amz-max-parts",
    "x-amz-expected-bucket-owner",
    "x-amz-storage-class",
  ),
  fc.oneof(
    fc.constantFrom(
      "*",
      "",
      "bytes=9-1",
      "bytes=-0",
      "AAAAAA==",
      "not base64!",
      "aws-chunked",
      "/test-bucket/k",
      "%zz",
      "-1",
      "1e9",
    ),
    fc.string({ unit: "grapheme-ascii", maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?")),
  ),
  { maxKeys: 3 },
);
const body = fc.oneof(
  fc.constant(undefined),
  fc.string({ maxLength: 300 }),
  fc.constantFrom(
    "<CompleteMultipartUpload>",
    "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>",
    "<Delete><Object><Key>&bomb;</Key></Object></Delete>",
    `<!DOCTYPE a [<!ENTITY b "c">]><Delete/>`,
    "<CORSConfiguration/>",
    "<LifecycleConfiguration><Rule><Filter>&#0;</Filter></Rule></LifecycleConfiguration>",
    "<NotificationConfiguration><QueueConfiguration><Queue/><Event/></QueueConfiguration></NotificationConfiguration>",
    "<Tagging><TagSet><Tag/></TagSet></Tagging>",
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>",
    "ffffffffffffffff;chunk-signature=0\r\n",
  ),
);

/** An answer that an S3 client can read, and that owns up to no fault of the server's. */
function expectS3Answer(answer: ReceivedResponse, verb: string) {
  expect(answer.headers["x-amz-request-id"]).toMatch(/^[0-9A-F]{16}$/);
  expect(answer.status).not.toBe(500);
  if (answer.status < 400 || verb === "HEAD") return;
  expect(answer.text.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
  expect(xmlValue(answer.text, "Code")).toMatch(/^\w+$/);
}

describe("whatever is sent", () => {
  it("gets an answer in S3's form when it is signed, and writes nothing outside the data folder", async () => {
    await fc.assert(
      fc.asyncProperty(method, signablePath, headers, body, async (verb, target, extra, text) => {
        fc.pre(verb !== "POST" || !/^\/(?:\?|$)/.test(target)); // what is posted to no bucket may be for STS
        const content = text === undefined || verb === "GET" || verb === "HEAD" ? {} : { body: text };
        const answer = await sendSigned(s3, { method: verb, path: target, headers: extra, ...content });
        expectS3Answer(answer, verb);
      }),
      { numRuns: RUNS },
    );
    expect(await readdir(folder)).toEqual(["data"]);
  });

  it("is refused when it is not signed, or by nonsense", async () => {
    const authorization = fc.oneof(
      fc.constantFrom(
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=, Signature=",
        "Basic YTpi",
        "AWS a:b",
      ),
      fc
        .string({ unit: "grapheme-ascii", maxLength: 80 })
        .map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?")),
    );
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        fc.option(authorization, { nil: undefined }),
        async (verb, target, value) => {
          const answer = await sendRequest({
            endpoint: s3.endpoint,
            method: verb,
            path: target,
            headers: value === undefined ? {} : { authorization: value, "x-amz-date": "20261123T000000Z" },
          });
          expectS3Answer(answer, verb);
          expect(answer.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});
