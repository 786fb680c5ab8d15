import type { ChecksumAlgorithm } from "../checksums/checksum-algorithm.ts";
import type { DigestName } from "../checksums/create-digest.ts";
import {
  type DeclaredChecksum,
  parseDeclaredAlgorithm,
  parseDeclaredChecksum,
} from "../checksums/declared-checksum.ts";
import type { DigestResults } from "../checksums/running-digests.ts";
import { S3Error } from "../s3-error.ts";
import type { Payload } from "../sigv4/payload.ts";

/** Everything a request promises about its body. */
export interface BodyChecks {
  /** Of the checksum that the request gives in a header or trailer. */
  declaredAlgorithm: ChecksumAlgorithm | undefined;
  hasContentMd5: boolean;
  /** What must be computed of the bytes to check it. */
  digests: readonly DigestName[];
  /**
   * @param results - of those digests, and maybe of others
   * @param trailers - what came behind the body
   * @throws {S3Error} `XAmzContentSHA256Mismatch`, `BadDigest`, `InvalidRequest`
   */
  check(results: DigestResults, trailers: ReadonlyMap<string, string>): void;
}

/** @throws {S3Error} `InvalidDigest`, `InvalidRequest` for promises that cannot be read */
export function parseBodyChecks(options: {
  headers: ReadonlyMap<string, string>;
  payload: Payload;
}): BodyChecks {
  const { headers, payload } = options;
  const contentMd5 = parseContentMd5(headers.get("content-md5"));
  const declaredChecksum = parseDeclaredChecksum(headers);
  const declaredAlgorithm = parseDeclaredAlgorithm(headers);
  const names = new Set<DigestName>();
  if (contentMd5 !== undefined) names.add("MD5");
  if (declaredAlgorithm !== undefined) names.add(declaredAlgorithm);
  if (payload.kind === "sha256") names.add("SHA256");
  return {
    declaredAlgorithm,
    hasContentMd5: contentMd5 !== undefined,
    digests: [...names],
    check(results, trailers) {
      checkPayload(payload, results);
      checkContentMd5(contentMd5, results);
      checkDeclaredChecksum(declaredChecksum ?? parseDeclaredChecksum(trailers), results);
    },
  };
}

function checkPayload(payload: Payload, results: DigestResults): void {
  if (payload.kind !== "sha256") return;
  const computed = results.get("SHA256")?.toString("hex") ?? "";
  if (computed === payload.hex) return;
  throw new S3Error("XAmzContentSHA256Mismatch", {
    details: { ClientComputedContentSHA256: payload.hex, S3ComputedContentSHA256: computed },
  });
}

function checkContentMd5(expected: string | undefined, results: DigestResults): void {
  const computed = results.get("MD5")?.toString("base64") ?? "";
  if (expected === undefined || computed === expected) return;
  throw new S3Error("BadDigest", {
    message: "The Content-MD5 you specified did not match what we received.",
    details: { ExpectedDigest: expected, CalculatedDigest: computed },
  });
}

function checkDeclaredChecksum(expected: DeclaredChecksum | undefined, results: DigestResults): void {
  if (expected === undefined) return;
  if (results.get(expected.algorithm)?.toString("base64") === expected.value) return;
  throw new S3Error("BadDigest", {
    message: `The ${expected.algorithm} you specified did not match the calculated checksum.`,
  });
}

/** @throws {S3Error} `InvalidDigest` for anything but the base64 of 16 bytes */
function parseContentMd5(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 16 && bytes.toString("base64") === text) return text;
  throw new S3Error("InvalidDigest", { details: { "Content-MD5": text } });
}
