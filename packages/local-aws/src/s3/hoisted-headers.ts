import { CHECKSUM_ALGORITHMS, checksumHeader } from "./checksums/checksum-algorithm.ts";
import { S3Error } from "./s3-error.ts";
import type { SignedMessage } from "./sigv4/signed-message.ts";
import { toTextHeader } from "./text-header.ts";

/**
 * The headers of a presigned request, with those that its signer moved into the query.
 *
 * S3 ignores a checksum **value** there: the SDK puts one of the empty body into its URLs, long before
 * the body exists (https://github.com/aws/aws-sdk/issues/480).
 *
 * @throws {S3Error} `InvalidRequest` when header and parameter differ:
 *   https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html;
 *   `InvalidArgument` for a value that could not have been a header
 */
export function withHoistedHeaders(message: SignedMessage): ReadonlyMap<string, string> {
  const headers = new Map(message.headers);
  for (const [parameter, value] of message.queryParameters) {
    const name = parameter.toLowerCase();
    if (!name.startsWith("x-amz-") || IGNORED.has(name)) continue;
    const header = toTextHeader(name, value);
    const sent = headers.get(name);
    if (sent !== undefined && sent !== value) {
      throw new S3Error("InvalidRequest", {
        message: `The header ${name} and the query parameter of the same name differ.`,
      });
    }
    headers.set(name, header);
  }
  return headers;
}

const IGNORED: ReadonlySet<string> = new Set([
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-signature",
  "x-amz-signedheaders",
  "x-amz-security-token", // of which a header is the one that counts
  "x-amz-sdk-checksum-algorithm",
  ...CHECKSUM_ALGORITHMS.map(checksumHeader),
]);
