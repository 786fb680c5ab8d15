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
  const trailerName = parseTrailerName(headers);
  if (checksum !== undefined && trailerName !== undefined) {
    throw invalidRequest("Expecting a single x-amz-checksum- header, or one in the trailer.");
  }
  checkSdkAlgorithm(
    headers.get("x-amz-sdk-checksum-algorithm"),
    checksum?.algorithm ?? algorithmOfHeader(trailerName),
  );
  return checksum;
}

/**
 * The algorithm in which a request gives the checksum of its body, be it ahead of the body or behind it.
 *
 * @throws {S3Error} `InvalidRequest`
 */
export function parseDeclaredAlgorithm(headers: ReadonlyMap<string, string>): ChecksumAlgorithm | undefined {
  return parseDeclaredChecksum(headers)?.algorithm ?? algorithmOfHeader(parseTrailerName(headers));
}

/**
 * The algorithm in which S3 is asked to compute a checksum.
 *
 * @throws {S3Error} `InvalidRequest`
 */
export function parseNamedAlgorithm(headers: ReadonlyMap<string, string>): ChecksumAlgorithm | undefined {
  const text = headers.get("x-amz-checksum-algorithm");
  if (text === undefined) return undefined;
  const algorithm = parseChecksumAlgorithm(text);
  if (algorithm !== undefined) return algorithm;
  throw invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  );
}

/**
 * Which `x-amz-checksum-*` comes behind the body.
 *
 * @throws {S3Error} `InvalidRequest` for anything else that `x-amz-trailer` may name
 */
export function parseTrailerName(headers: ReadonlyMap<string, string>): string | undefined {
  const name = headers.get("x-amz-trailer")?.trim().toLowerCase();
  if (name === undefined || algorithmOfHeader(name) !== undefined) return name;
  throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
}

function algorithmOfHeader(name: string | undefined): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => checksumHeader(algorithm) === name);
}

function isDigest({ algorithm, value }: DeclaredChecksum, options: { composite: boolean }): boolean {
  const base64 = options.composite ? value.replace(/-\d+$/, "") : value;
  const bytes = Buffer.from(base64, "base64");
  // Node's decoder skips what is not base64, so the text must come back as it was.
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString("base64") === base64;
}

/** The SDK's announcement must come with the checksum it announces. */
function checkSdkAlgorithm(announced: string | undefined, declared: ChecksumAlgorithm | undefined): void {
  if (announced === undefined) return;
  if (declared === undefined) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  if (parseChecksumAlgorithm(announced) !== declared) {
    throw invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}
