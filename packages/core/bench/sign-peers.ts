import { GetObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl, S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsClient } from "aws4fetch";
import { Client as MinioClient } from "minio";
import { S3mini } from "s3mini";
import type { Contestant } from "./measure.ts";
import {
  CHECKSUM_HEADER,
  credentials,
  key,
  origin,
  parts,
  region,
  sdk,
  signedAt,
  uploadId,
  type Part,
} from "./signing-job.ts";

/** The URL of one part, as the SDK presigns it with its length and its checksum. */
export function sdkPartUrl({ partNumber, sizeBytes, checksum }: Part): Promise<string> {
  const command = new UploadPartCommand({
    Bucket: "bucket",
    Key: key,
    UploadId: uploadId,
    PartNumber: partNumber,
    ContentLength: sizeBytes,
    ChecksumCRC64NVME: checksum,
  });
  const unhoistableHeaders = new Set([CHECKSUM_HEADER]);
  return getSignedUrl(sdk, command, { expiresIn: 900, signingDate: signedAt, unhoistableHeaders });
}

/** The URL of one download under a file name. */
export function sdkGetUrl(download: { key: string; disposition: string }): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: "bucket",
    Key: download.key,
    ResponseContentDisposition: download.disposition,
  });
  return getSignedUrl(sdk, command, { expiresIn: 900, signingDate: signedAt });
}

/** The SDK's own signers without its client, and other libraries: one URL for each part. */
export async function peers(): Promise<Contestant[]> {
  const sha256 = sdk.config.sha256; // node:crypto's
  const options = { credentials, region, sha256, service: "s3", uriEscapePath: false, applyChecksum: false };
  const signature = new SignatureV4(options);
  const presigner = new S3RequestPresigner(options);
  const aws = new AwsClient({ ...credentials, service: "s3", region });
  const minio = new MinioClient({
    endPoint: `s3.${region}.amazonaws.com`,
    region,
    accessKey: credentials.accessKeyId,
    secretKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken,
  });
  const mini = new S3mini({ ...credentials, endpoint: origin, region });

  const query = ({ partNumber }: Part) => ({
    partNumber: String(partNumber),
    uploadId,
    "x-id": "UploadPart",
  });
  const request = (part: Part) => ({
    method: "PUT",
    protocol: "https:",
    hostname: new URL(origin).hostname,
    path: `/${key}`,
    query: query(part),
    headers: {
      host: new URL(origin).hostname,
      "content-length": String(part.sizeBytes),
      [CHECKSUM_HEADER]: part.checksum,
    },
  });
  const signing = { expiresIn: 900, signingDate: signedAt, unhoistableHeaders: new Set([CHECKSUM_HEADER]) };
  const contestants = [
    perPart("@aws-sdk/s3-request-presigner, S3RequestPresigner", (part) =>
      presigner.presign(request(part), signing),
    ),
    perPart("@smithy/signature-v4", (part) => signature.presign(request(part), signing)),
    perPart("aws4fetch ¹", (part) => {
      const url = `${origin}/${key}?${new URLSearchParams({ ...query(part), "X-Amz-Expires": "900" })}`;
      return aws.sign(url, { method: "PUT", aws: { signQuery: true } });
    }),
    perPart("minio ¹", (part) => minio.presignedUrl("PUT", "bucket", key, 900, query(part), signedAt)),
    perPart("s3mini ¹ ²", (part) => mini.getPresignedUrl("PUT", key, 900, query(part))),
  ];
  for (const { run } of contestants) await run(1); // one that cannot do it shall fail here
  return contestants;
}

export function perPart(name: string, sign: (part: Part) => unknown, times = 300): Contestant {
  return {
    name,
    times,
    async run(count) {
      for (const part of parts.slice(0, count)) await sign(part);
    },
  };
}
