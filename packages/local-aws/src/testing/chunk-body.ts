import { createHash, createHmac } from "node:crypto";
import { type ReceivedResponse, sendRequest } from "./send-request.ts";
import { type S3UnderTest, signWithAws4 } from "./s3-under-test.ts";

/** What a test changes in an otherwise right chunked request. */
export interface ChunkedRequest {
  path: string;
  form: "PAYLOAD" | "PAYLOAD-TRAILER" | "UNSIGNED";
  chunks: readonly Buffer[];
  /** `name:value`, sent as it is. */
  trailer?: string;
  headers?: Record<string, string | number>;
  /** Sees the framed body before it is sent. */
  change?: (body: Buffer) => Buffer;
}

/** A chunked PUT, signed by hand: neither the stand-in's code nor the SDK's. */
export function sendChunked(s3: S3UnderTest, request: ChunkedRequest): Promise<ReceivedResponse> {
  const { path, form, chunks, trailer } = request;
  const decodedBytes = chunks.reduce((total, { length }) => total + length, 0);
  const signed = signWithAws4(s3, {
    method: "PUT",
    path,
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256":
        form === "UNSIGNED" ? "STREAMING-UNSIGNED-PAYLOAD-TRAILER" : `STREAMING-AWS4-HMAC-SHA256-${form}`,
      "x-amz-decoded-content-length": decodedBytes,
      ...(trailer === undefined ? {} : { "x-amz-trailer": trailer.split(":")[0] ?? "" }),
      ...request.headers,
    },
  });
  const authorization = String(signed.headers["Authorization"]);
  const body = chunkBody({
    chunks,
    ...(trailer === undefined ? {} : { trailer }),
    ...(form === "UNSIGNED"
      ? {}
      : {
          signing: {
            secretAccessKey: s3.credentials.secretAccessKey,
            amzDate: String(signed.headers["X-Amz-Date"]),
            scope: /Credential=[^/]+\/([^,]+),/.exec(authorization)?.[1] ?? "",
            seedSignature: /Signature=(\w+)/.exec(authorization)?.[1] ?? "",
          },
        }),
  });
  const sent = request.change?.(body) ?? body;
  return sendRequest({
    endpoint: s3.endpoint,
    method: "PUT",
    path,
    headers: { ...signed.headers, "content-length": sent.length },
    body: sent,
  });
}

export interface ChunkSigning {
  secretAccessKey: string;
  amzDate: string;
  scope: string; // 20130524/us-east-1/s3/aws4_request
  seedSignature: string;
}

/** Frame chunks, with the empty one that ends them, and the trailer. */
export function chunkBody(options: {
  chunks: readonly Buffer[];
  trailer?: string;
  signing?: ChunkSigning;
}): Buffer {
  const { chunks, trailer, signing } = options;
  const next = signing === undefined ? undefined : createChain(signing);
  const framed = [...chunks, Buffer.alloc(0)].flatMap((chunk) => {
    const signature = next?.("PAYLOAD", [sha256(""), sha256(chunk)]);
    const extension = signature === undefined ? "" : `;chunk-signature=${signature}`;
    const header = Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`);
    return chunk.length === 0 ? [header] : [header, chunk, Buffer.from("\r\n")];
  });
  if (trailer !== undefined) {
    framed.push(Buffer.from(`${trailer}\r\n`));
    const signature = next?.("TRAILER", [sha256(`${trailer}\n`)]);
    if (signature !== undefined) framed.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
  }
  return Buffer.concat([...framed, Buffer.from("\r\n")]);
}

function createChain(signing: ChunkSigning): (kind: string, hashes: string[]) => string {
  const key = signing.scope
    .split("/")
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${signing.secretAccessKey}`);
  let previous = signing.seedSignature;
  return (kind, hashes) => {
    const lines = [`AWS4-HMAC-SHA256-${kind}`, signing.amzDate, signing.scope, previous, ...hashes];
    previous = hmac(key, lines.join("\n")).toString("hex");
    return previous;
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(bytes: string | Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
