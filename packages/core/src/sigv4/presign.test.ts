import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketAddress, type BucketAddressOptions } from "../s3/bucket-address.ts";
import { aws, dates, headerTexts, keys, regions, signers } from "../testing/signing-arbitraries.ts";
import type { RequestToSign } from "./canonical-request.ts";
import { presign, presignedUrlAround, signQuery } from "./presign.ts";

/** An operation as the SDK and as HTTP know it. Fields: the SDK's name, the header's or, behind `?`, the parameter's. */
interface Operation {
  method: RequestToSign["method"];
  create: (input: never) => GetObjectCommand;
  query?: Record<string, string>;
  required?: Record<string, string>;
  optional: Record<string, string>;
  onBucket?: true;
}

const upload = { UploadId: "?uploadId" };
const owner = { ExpectedBucketOwner: "x-amz-expected-bucket-owner" };
const body = {
  ContentLength: "content-length",
  ContentMD5: "content-md5",
  ChecksumSHA256: "x-amz-checksum-sha256",
};
const described = {
  ContentType: "content-type",
  ContentDisposition: "content-disposition",
  ContentEncoding: "content-encoding",
  CacheControl: "cache-control",
  ServerSideEncryption: "x-amz-server-side-encryption",
  Tagging: "x-amz-tagging",
  Metadata: "x-amz-meta-colour",
  ...owner,
};
const read = {
  Range: "range",
  IfMatch: "if-match",
  VersionId: "?versionId",
  ResponseContentType: "?response-content-type",
  ResponseContentDisposition: "?response-content-disposition",
  ...owner,
};

// As if they were all one command: what differs between them is their input, which a table describes.
const create = (Command: unknown) => (input: never) => new (Command as typeof GetObjectCommand)(input);
const operations: Record<string, Operation> = {
  GetObject: {
    method: "GET",
    create: create(GetObjectCommand),
    query: { "x-amz-checksum-mode": "ENABLED", "x-id": "GetObject" },
    optional: read,
  },
  HeadObject: {
    method: "HEAD",
    create: create(HeadObjectCommand),
    optional: read,
  },
  PutObject: {
    method: "PUT",
    create: create(PutObjectCommand),
    query: { "x-id": "PutObject" },
    optional: { ...body, ...described, IfNoneMatch: "if-none-match" },
  },
  DeleteObject: {
    method: "DELETE",
    create: create(DeleteObjectCommand),
    query: { "x-id": "DeleteObject" },
    optional: { VersionId: "?versionId", ...owner },
  },
  CreateMultipartUpload: {
    method: "POST",
    create: create(CreateMultipartUploadCommand),
    query: { uploads: "" },
    optional: described,
  },
  UploadPart: {
    method: "PUT",
    create: create(UploadPartCommand),
    query: { "x-id": "UploadPart" },
    required: { ...upload, PartNumber: "?partNumber" },
    optional: { ...body, ...owner },
  },
  ListParts: {
    method: "GET",
    create: create(ListPartsCommand),
    query: { "x-id": "ListParts" },
    required: upload,
    optional: { MaxParts: "?max-parts", PartNumberMarker: "?part-number-marker", ...owner },
  },
  AbortMultipartUpload: {
    method: "DELETE",
    create: create(AbortMultipartUploadCommand),
    query: { "x-id": "AbortMultipartUpload" },
    required: upload,
    optional: owner,
  },
  ListObjectsV2: {
    method: "GET",
    create: create(ListObjectsV2Command),
    query: { "list-type": "2" },
    optional: { Prefix: "?prefix", Delimiter: "?delimiter", MaxKeys: "?max-keys", ...owner },
    onBucket: true,
  },
};

const numbers = new Set(["ContentLength", "PartNumber", "MaxParts", "MaxKeys"]);
const fieldValue = (name: string): fc.Arbitrary<string> =>
  numbers.has(name) ? fc.integer({ min: 1, max: 10_000 }).map(String) : headerTexts;

function fieldValues({ required = {}, optional }: Operation): fc.Arbitrary<Record<string, string>> {
  const names = Object.keys({ ...required, ...optional });
  const requiredKeys = Object.keys(required);
  return fc.record(Object.fromEntries(names.map((name) => [name, fieldValue(name)])), { requiredKeys });
}

type Host = Pick<BucketAddressOptions, "endpoint" | "dualStack" | "accelerate">;

const signings = fc.record({
  key: keys,
  signedAt: dates,
  expiresIn: fc.integer({ min: 1, max: 604_800 }),
  region: regions,
  host: fc.constantFrom<Host>(
    {},
    { dualStack: true },
    { accelerate: true },
    { accelerate: true, dualStack: true },
    { endpoint: "http://127.0.0.1:4320" },
    { endpoint: "https://store.example" },
  ),
  credentials: signers,
  /** Headers that the SDK would else move into the query, as it does with `x-amz-*`. */
  isHoisted: fc.boolean(),
});

describe("presign", () => {
  it("gives the signature of AWS's published example", () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    const url = presign({
      method: "GET",
      origin: "https://examplebucket.s3.amazonaws.com",
      path: "/test.txt",
      credentials: aws.credentials,
      region: "us-east-1",
      expiresIn: 86400,
      signedAt: aws.signedAt,
    });
    expect(url).toBe(
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&" +
        "X-Amz-Expires=86400&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404&" +
        "X-Amz-SignedHeaders=host",
    );
  });

  it.each(Object.entries(operations))(
    "makes the SDK's URL for %s, with whatever is asked for",
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(signings, fieldValues(operation), async (signing, fields) => {
          const { key, signedAt, expiresIn, credentials, isHoisted } = signing;
          const { endpoint, dualStack = false, accelerate = false } = signing.host;
          const region = accelerate ? signing.region.replace(/^cn-/, "ap-") : signing.region; // China has none
          const client = new S3Client({
            region,
            credentials: { ...credentials }, // the SDK writes into the object it is given
            requestChecksumCalculation: "WHEN_REQUIRED",
            useDualstackEndpoint: dualStack,
            useAccelerateEndpoint: accelerate,
            ...(endpoint === undefined ? {} : { endpoint }),
          });
          const wire = { ...operation.required, ...operation.optional };
          const input: Record<string, unknown> = {
            Bucket: "files",
            ...(operation.onBucket ? {} : { Key: key }),
          };
          const query: Record<string, string> = {
            "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD", // which the SDK always adds
            ...operation.query,
          };
          const headers: Record<string, string> = {};
          for (const [field, value] of Object.entries(fields)) {
            const name = wire[field] ?? "";
            input[field] = numbers.has(field)
              ? Number(value)
              : field === "Metadata"
                ? { colour: value }
                : value;
            // The SDK moves no header of encryption.
            const moved = isHoisted && name.startsWith("x-amz-") && field !== "ServerSideEncryption";
            if (name.startsWith("?")) query[name.slice(1)] = value;
            else if (moved) query[name] = value;
            else headers[name] = value;
          }
          const expected = await getSignedUrl(client, operation.create(input as never), {
            expiresIn,
            signingDate: signedAt,
            signableHeaders: new Set(Object.keys(headers)), // else neither Content-Type nor Cache-Control
            unhoistableHeaders: new Set(Object.keys(headers)),
          });
          const { origin, pathPrefix } = bucketAddress({ bucket: "files", region, ...signing.host });
          const path = `${pathPrefix}/${operation.onBucket ? "" : key}`;
          const request = { method: operation.method, origin, path, query, headers };
          const options = { ...request, credentials, region, expiresIn, signedAt };
          expect(presign(options)).toBe(expected);
          const { head, tail } = presignedUrlAround(options);
          expect(`${head}${Buffer.from(signQuery(options)).toString("hex")}${tail}`).toBe(expected);
        }),
        { numRuns: 50 },
      );
    },
  );

  it("signs what the header says, without line breaks and with white space as HTTP reads it", () => {
    const signed = (value: string): string =>
      presign({
        method: "GET",
        origin: "https://files.s3.eu-west-1.amazonaws.com",
        path: "/k",
        headers: { "x-amz-meta-a": value },
        credentials: aws.credentials,
        region: "eu-west-1",
        expiresIn: 900,
        signedAt: aws.signedAt,
      });
    const plain = signed("a b");
    for (const same of [" a b", "a b\t", "\r\n a \t\t b  ", "a\nb"]) expect(signed(same)).toBe(plain);
    for (const other of ["ab", "a\u00a0b", "\u00a0a b", "a b\u00a0"]) expect(signed(other)).not.toBe(plain);
  });
});
