import type { VersionAddress } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { checkVersionId } from "../versions/version-id.ts";

/**
 * Read `x-amz-copy-source`: `bucket/key` or `/bucket/key`, percent-encoded, maybe with `?versionId=id`.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 *
 * @throws {S3Error} `InvalidArgument`, `NotImplemented` for ARNs
 */
export function parseCopySource(headers: ReadonlyMap<string, string>): VersionAddress {
  const header = headers.get("x-amz-copy-source") ?? "";
  const utf8 = Buffer.from(header, "latin1").toString("utf8");
  if (utf8.startsWith("arn:")) throw notImplemented("as an ARN");
  const [encodedPath = "", query, ...rest] = utf8.split("?");
  if (rest.length > 0) throw invalidSource("Invalid copy source encoding.", header);
  const path = decode(encodedPath, header).replace(/^\//, "");
  const slash = path.indexOf("/");
  if (slash < 1 || slash === path.length - 1) {
    throw invalidSource("Copy Source must mention the source bucket and key: sourcebucket/sourcekey", header);
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId: parseVersion(query, header) };
}

function parseVersion(query: string | undefined, header: string): string | undefined {
  if (query === undefined) return undefined;
  const [name, value = "", ...rest] = query.split("=");
  if (name !== "versionId" || rest.length > 0) throw notImplemented(`with ${name ?? ""}`);
  const versionId = decode(value, header);
  checkVersionId(versionId, "x-amz-copy-source");
  return versionId;
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalidSource("Invalid copy source encoding.", header, cause);
  }
}

function invalidSource(message: string, header: string, cause?: unknown): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: "x-amz-copy-source", ArgumentValue: header },
    cause,
  });
}

function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", {
    details: { Header: "x-amz-copy-source" },
    logNote: `x-amz-copy-source ${what}`,
  });
}
