import type { ByteRange } from "../parse-range.ts";
import { S3Error } from "../s3-error.ts";

const HEADER = "x-amz-copy-source-range";

/**
 * Read which bytes UploadPartCopy is to take. Unlike a `Range`, it names both ends, and within the source.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 *
 * @returns `undefined` for all of them
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`
 */
export function parseSourceRange(
  headers: ReadonlyMap<string, string>,
): ((sizeBytes: number) => ByteRange) | undefined {
  const header = headers.get(HEADER);
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    throw invalidRange(
      header,
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  return (sizeBytes) => {
    if (Number(first) >= sizeBytes) {
      throw new S3Error("InvalidRequest", {
        message: "The specified copy range is invalid for the source object size",
      });
    }
    if (Number(last) >= sizeBytes) {
      throw invalidRange(header, `Range specified is not valid for source object of size: ${sizeBytes}`);
    }
    return { start: Number(first), end: Number(last) + 1 };
  };
}

function invalidRange(header: string, message: string): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: HEADER, ArgumentValue: header },
  });
}
