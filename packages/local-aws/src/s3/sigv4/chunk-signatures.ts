import { createHash } from "node:crypto";
import { S3Error } from "../s3-error.ts";
import { type CredentialScope, toScopeText } from "./credential-scope.ts";
import { createSigningKey, signaturesMatch, signText } from "./signature.ts";

/**
 * The signatures inside a chunked body. Each covers the one before it, from that of the request on, so
 * that no chunk can be changed, dropped or moved.
 *
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export interface ChunkSignatures {
  /**
   * @param sha256 - of the chunk's data, in hex
   * @throws {S3Error} `SignatureDoesNotMatch`
   */
  checkChunk(sha256: string, provided: string): void;
  /**
   * @param trailers - as signed: `name:value` and a line feed each
   * @throws {S3Error} `SignatureDoesNotMatch`
   */
  checkTrailers(trailers: string, provided: string): void;
}

/** @param options.seedSignature - of the request itself, checked before */
export function createChunkSignatures(options: {
  secretAccessKey: string;
  scope: CredentialScope;
  amzDate: string;
  seedSignature: string;
}): ChunkSignatures {
  const { scope, amzDate } = options;
  const signingKey = createSigningKey(options);
  let previous = options.seedSignature;
  let count = 0;

  const check = (algorithm: string, hashes: readonly string[], provided: string): void => {
    count += 1;
    const stringToSign = [algorithm, amzDate, toScopeText(scope), previous, ...hashes].join("\n");
    const calculated = signText(signingKey, stringToSign);
    if (!signaturesMatch(calculated, provided)) {
      throw new S3Error("SignatureDoesNotMatch", {
        details: { StringToSign: stringToSign, SignatureProvided: provided },
        logNote: algorithm === TRAILER_ALGORITHM ? "of the trailer" : `of chunk ${count}`,
      });
    }
    previous = calculated;
  };
  return {
    checkChunk: (sha256, provided) => check(CHUNK_ALGORITHM, [EMPTY_SHA256, sha256], provided),
    checkTrailers: (trailers, provided) => check(TRAILER_ALGORITHM, [sha256Hex(trailers)], provided),
  };
}

const CHUNK_ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD";
const TRAILER_ALGORITHM = "AWS4-HMAC-SHA256-TRAILER";
const EMPTY_SHA256 = sha256Hex(""); // where a chunk's headers would be

function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}
