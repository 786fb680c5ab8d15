import { createHmac } from "node:crypto";
import type { S3UnderTest } from "./s3-under-test.ts";
import { type ReceivedResponse, sendRequest } from "./send-request.ts";

/** A field of a form, or with a file name its file. */
export interface FormPart {
  name: string;
  value: string | Buffer;
  fileName?: string;
}

export const BOUNDARY = "----test-boundary";

/** The octets of a form, with no field added, moved or escaped. */
export function formBody(parts: readonly FormPart[]): Buffer {
  const octets = parts.flatMap(({ name, value, fileName }) => {
    const file = fileName === undefined ? "" : `; filename="${fileName}"`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from("\r\n")];
  });
  return Buffer.concat([...octets, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

export interface SignedForm {
  conditions: readonly unknown[];
  /** Beside those of the signature. */
  fields: Record<string, string>;
  signedAt?: Date;
  expiresAt?: Date;
  /** In place of the JSON of `conditions` and `expiresAt`. */
  policyText?: string;
}

/**
 * The fields of a form, signed by hand: neither the stand-in's code nor the SDK's. The conditions get those
 * of the bucket and of the signature in addition.
 */
export function signForm(
  s3: Pick<S3UnderTest, "region" | "credentials" | "bucket">,
  options: SignedForm,
): Record<string, string> {
  const { signedAt = new Date(), expiresAt = new Date(signedAt.getTime() + 600_000) } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = s3.credentials;
  const amzDate = `${signedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const scope = [amzDate.slice(0, 8), s3.region, "s3", "aws4_request"];
  const signing: Record<string, string> = {
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": [accessKeyId, ...scope].join("/"),
    "x-amz-date": amzDate,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const conditions = [
    { bucket: s3.bucket },
    ...Object.entries(signing).map(([name, value]) => ({ [name]: value })),
    ...options.conditions,
  ];
  const text = options.policyText ?? JSON.stringify({ expiration: expiresAt.toISOString(), conditions });
  const policy = Buffer.from(text).toString("base64");
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(policy).digest("hex");
  return { ...options.fields, ...signing, policy, "x-amz-signature": signature };
}

/** Post these fields, and behind them a file. */
export function postForm(
  s3: Pick<S3UnderTest, "endpoint" | "bucket">,
  options: {
    fields: Record<string, string>;
    file?: string | Buffer;
    fileName?: string;
    headers?: Record<string, string>;
    /** Send it in chunks, without a Content-Length. */
    isChunked?: boolean;
  },
): Promise<ReceivedResponse> {
  const body = formBody([
    ...Object.entries(options.fields).map(([name, value]) => ({ name, value })),
    { name: "file", value: options.file ?? "content", fileName: options.fileName ?? "name.txt" },
  ]);
  return sendRequest({
    endpoint: s3.endpoint,
    method: "POST",
    path: `/${s3.bucket}`,
    headers: {
      "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
      ...(options.isChunked ? { "transfer-encoding": "chunked" } : { "content-length": body.length }),
      ...options.headers,
    },
    body,
  });
}
