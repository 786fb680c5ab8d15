import { describe, expect, it } from "vitest";
import { ACCOUNT, ANONYMOUS, type Caller } from "../../identity/caller.ts";
import { type RequestFacts, toS3Context } from "./request-context.ts";

const now = new Date("2026-11-22T12:00:00.500Z");
const FACTS: RequestFacts = {
  operation: "PutObject",
  query: new Map(),
  headers: new Map(),
  sentHeaders: new Map(),
  signature: { form: "header", signedAt: new Date("2026-11-22T11:59:50Z") },
  sourceIp: "127.0.0.1",
  region: "us-east-1",
  now,
};

function context(
  action: string,
  facts: Partial<RequestFacts> = {},
  options: Partial<Parameters<typeof toS3Context>[1]> = {},
): Record<string, readonly string[]> {
  const usual = { caller: ACCOUNT as Caller, versionId: undefined, requestTags: [], existingTags: [] };
  return Object.fromEntries(toS3Context({ ...FACTS, ...facts }, { ...usual, action, ...options }));
}

describe("the condition keys of a request", () => {
  it("tell of the caller, the connection, the time and the signature", () => {
    expect(context("s3:GetObject", { headers: new Map([["user-agent", "ua"]]) })).toEqual({
      "aws:currenttime": ["2026-11-22T12:00:00Z"],
      "aws:epochtime": ["1795348800"],
      "aws:principalaccount": ["000000000000"],
      "aws:principalarn": ["arn:aws:iam::000000000000:root"],
      "aws:principalisawsservice": ["false"],
      "aws:principaltype": ["Account"],
      "aws:requestedregion": ["us-east-1"],
      "aws:resourceaccount": ["000000000000"],
      "aws:securetransport": ["false"],
      "aws:sourceip": ["127.0.0.1"],
      "aws:useragent": ["ua"],
      "aws:userid": ["000000000000"],
      "aws:viaawsservice": ["false"],
      "s3:authtype": ["REST-HEADER"],
      "s3:resourceaccount": ["000000000000"],
      "s3:signatureage": ["10500"],
      "s3:signatureversion": ["AWS4-HMAC-SHA256"],
    });
  });

  it("of an anonymous request name nobody, and no signature", () => {
    const keys = context("s3:GetObject", { signature: undefined }, { caller: ANONYMOUS });
    expect(keys).toMatchObject({ "aws:principaltype": ["Anonymous"], "aws:userid": ["anonymous"] });
    expect(Object.keys(keys).filter((key) => /principala|signature|authtype|token/.test(key))).toEqual([]);
  });

  it("are only those that the action supports", () => {
    const query = new Map([
      ["prefix", "p/"],
      ["max-keys", "5"],
      ["delimiter", "/"],
    ]);
    expect(context("s3:ListBucket", { query })).toMatchObject({
      "s3:prefix": ["p/"],
      "s3:max-keys": ["5"],
      "s3:delimiter": ["/"],
    });
    expect(context("s3:ListBucketMultipartUploads", { query })).not.toHaveProperty("s3:prefix");
    expect(context("s3:GetObject", {}, { versionId: "v1" })).not.toHaveProperty("s3:versionid");
    expect(context("s3:GetObjectVersion", {}, { versionId: "v1" })).toHaveProperty("s3:versionid", ["v1"]);
    const existingTags = [{ key: "Team", value: "Red" }];
    expect(context("s3:GetObject", {}, { existingTags })).toHaveProperty("s3:existingobjecttag/team", [
      "Red",
    ]);
    expect(context("s3:DeleteObject", {}, { existingTags })).not.toHaveProperty("s3:existingobjecttag/team");
  });

  it("have the headers of a write, also those that a URL carries, but of the payload's hash only a header", () => {
    const moved = new Map([
      ["x-amz-acl", "bucket-owner-full-control"],
      ["x-amz-copy-source", "b/\u00c3\u00bc"], // ü, one character per octet
      ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
      ["if-none-match", "*"],
    ]);
    const keys = context("s3:PutObject", { headers: moved });
    expect(keys).toMatchObject({
      "s3:x-amz-acl": ["bucket-owner-full-control"],
      "s3:x-amz-copy-source": ["b/ü"],
      "s3:if-none-match": ["*"],
    });
    expect(keys).not.toHaveProperty("s3:x-amz-content-sha256");
    expect(context("s3:PutObject", { headers: moved, sentHeaders: moved })).toHaveProperty(
      "s3:x-amz-content-sha256",
      ["UNSIGNED-PAYLOAD"],
    );
  });

  it("tell whether an object comes of it, and with which tags", () => {
    const created = (operation: string) =>
      context("s3:PutObject", { operation })["s3:objectcreationoperation"];
    expect(["PutObject", "CopyObject", "CompleteMultipartUpload"].map(created)).toEqual(
      Array.from({ length: 3 }, () => ["true"]),
    );
    expect(["CreateMultipartUpload", "UploadPart", "UploadPartCopy", "PostObject"].map(created)).toEqual(
      Array.from({ length: 4 }, () => ["false"]),
    );
    const requestTags = [
      { key: "a", value: "1" },
      { key: "B", value: "2" },
    ];
    expect(context("s3:PutObject", {}, { requestTags })).toMatchObject({
      "s3:requestobjecttag/a": ["1"],
      "s3:requestobjecttag/b": ["2"],
      "s3:requestobjecttagkeys": ["a", "B"],
    });
  });
});
