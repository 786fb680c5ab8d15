import { S3Error } from "../s3-error.ts";
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  DIGEST_BYTES,
  parseChecksumAlgorithm,
} from "./checksum-algorithm.ts";

/** What the client says the checksum of its body, or of a whole multipart upload, is. */
export interface DeclaredChecksum {
  algorithm: ChecksumAlgorithm;
  value: string;
}

/**
 * Read the one `x-amz-checksum-*` header that a request may carry.
 *
 * @param options.composite - whether `-N` may follow the digest (CompleteMultipartUpload only)
 * @throws {S3Error} `InvalidRequest`
 */
export function parseDeclaredChecksum(
  headers: ReadonlyMap<string, string>,
  options: { composite: boolean } = { composite: false },
): DeclaredChecksum | undefined {
  const declared = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = headers.get(checksumHeader(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const [checksum] = declared;
  if (declared.length > 1) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  if (checksum !== undefined && !isDigest(checksum, options)) {
    throw invalidRequest(`Value for ${checksumHeader(checksum.algorithm)} header is invalid.`);
  }
  checkSdkAlgorithm(headers.get("x-amz-sdk-checksum-algorithm"), checksum);
  return checksum;
}

function isDigest({ algorithm, value }: DeclaredChecksum, options: { composite: boolean }): boolean {
  const base64 = options.composite ? value.replace(/-\d+$/, "") : value;
  const bytes = Buffer.from(base64, "base64");
  // Node's decoder skips what is not base64, so the text must come back as it was.
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString("base64") === base64;
}

/** The SDK's announcement must come with the checksum it announces. */
function checkSdkAlgorithm(announced: string | undefined, checksum: DeclaredChecksum | undefined): void {
  if (announced === undefined) return;
  if (checksum === undefined) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  if (parseChecksumAlgorithm(announced) !== checksum.algorithm) {
    throw invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}
