import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import aws4 from "aws4";
import type { Credentials } from "../identity/credentials.ts";
import { type ReceivedResponse, sendRequest } from "./send-request.ts";

/** A server that a contract suite runs against, with one empty bucket. */
export interface S3UnderTest {
  endpoint: string;
  region: string;
  credentials: Credentials;
  bucket: string;
  /** Whether the SDK names the bucket in the path, not in the host. Default: `true`. */
  forcePathStyle?: boolean;
  /** Where sessions come from, and a role that may do everything in S3. Absent: the server has none. */
  sts?: { endpoint: string; roleArn: string };
  close: () => Promise<void>;
}

export function createClient(s3: S3UnderTest, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { ...s3.credentials }, // the SDK writes into the object it is given
    forcePathStyle: s3.forcePathStyle ?? true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 1, // a refusal must not be hidden by a second try
    ...config,
  });
}

/** Sign with aws4, which shares no code with the stand-in or with the SDK, and send. */
export async function sendSigned(
  s3: S3UnderTest,
  options: {
    method: string;
    path: string;
    headers?: Record<string, string | number>;
    body?: string | Buffer;
    signQuery?: boolean;
  },
): Promise<ReceivedResponse> {
  const signed = signWithAws4(s3, options);
  return sendRequest({ ...options, endpoint: s3.endpoint, ...signed });
}

export function signWithAws4(
  s3: Pick<S3UnderTest, "endpoint" | "region" | "credentials">,
  options: {
    method: string;
    path: string;
    headers?: Record<string, string | number>;
    body?: string | Buffer;
    signQuery?: boolean;
  },
): { path: string; headers: Record<string, string | number> } {
  const { path, headers } = aws4.sign(
    {
      ...options,
      headers: { ...options.headers },
      host: new URL(s3.endpoint).host,
      service: "s3",
      region: s3.region,
    },
    s3.credentials,
  );
  return { path, headers };
}
