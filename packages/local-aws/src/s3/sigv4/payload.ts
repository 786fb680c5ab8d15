import { S3Error } from "../s3-error.ts";
import { type ChunkSignatures, createChunkSignatures } from "./chunk-signatures.ts";
import type { SignatureClaim } from "./signature-claim.ts";

/** What the signature says about the body. */
export type Payload = { kind: "unsigned" } | { kind: "sha256"; hex: string } | ChunkedPayload;

/** The body is cut into chunks within the HTTP body: `aws-chunked`. */
export interface ChunkedPayload {
  kind: "chunked";
  mayHaveTrailer: boolean;
  /** Absent where the chunks carry none. */
  signatures?: ChunkSignatures;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 *
 * @throws {S3Error} `NotImplemented` for other chunked forms, `InvalidArgument` for anything else
 */
export function parsePayload(claim: SignatureClaim, secretAccessKey: string): Payload {
  const { payloadHash, form } = claim;
  const whole = parseWhole(payloadHash);
  if (whole !== undefined) return whole;
  const chunks = CHUNKED_FORMS.get(payloadHash);
  if (chunks === undefined || form === "query") throw notImplemented(payloadHash);
  const { mayHaveTrailer } = chunks;
  if (!chunks.isSigned) return { kind: "chunked", mayHaveTrailer };
  const signatures = createChunkSignatures({ ...claim, secretAccessKey, seedSignature: claim.signature });
  return { kind: "chunked", mayHaveTrailer, signatures };
}

/**
 * The same for a request that is not signed: the header may be left out, and is held against the body where it
 * is not.
 *
 * @throws {S3Error} `NotImplemented` for signed chunks, `InvalidArgument` for anything else
 */
export function parseUnsignedPayload(headers: ReadonlyMap<string, string>): Payload {
  const payloadHash = headers.get("x-amz-content-sha256") ?? UNSIGNED_PAYLOAD;
  const whole = parseWhole(payloadHash);
  if (whole !== undefined) return whole;
  const chunks = CHUNKED_FORMS.get(payloadHash);
  if (chunks === undefined || chunks.isSigned) throw notImplemented(payloadHash);
  return { kind: "chunked", mayHaveTrailer: chunks.mayHaveTrailer };
}

const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** @returns `undefined` for what comes in chunks */
function parseWhole(payloadHash: string): Payload | undefined {
  if (payloadHash === UNSIGNED_PAYLOAD) return { kind: "unsigned" };
  if (/^[0-9a-f]{64}$/i.test(payloadHash)) return { kind: "sha256", hex: payloadHash.toLowerCase() };
  if (payloadHash.startsWith("STREAMING-")) return undefined;
  throw new S3Error("InvalidArgument", {
    message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming form, or a valid sha256 value.",
    details: { ArgumentName: "x-amz-content-sha256", ArgumentValue: payloadHash },
  });
}

const CHUNKED_FORMS: ReadonlyMap<string, { isSigned: boolean; mayHaveTrailer: boolean }> = new Map([
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", { isSigned: true, mayHaveTrailer: false }],
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", { isSigned: true, mayHaveTrailer: true }],
  ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", { isSigned: false, mayHaveTrailer: true }],
]);

function notImplemented(payloadHash: string): S3Error {
  return new S3Error("NotImplemented", {
    details: { Header: "x-amz-content-sha256", additionalMessage: payloadHash },
    logNote: `chunked payload ${payloadHash}`,
  });
}
