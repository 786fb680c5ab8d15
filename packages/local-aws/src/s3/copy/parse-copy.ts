import type { ChecksumAlgorithm } from "../checksums/checksum-algorithm.ts";
import { parseNamedAlgorithm } from "../checksums/declared-checksum.ts";
import { parseObjectHeaders } from "../object-headers.ts";
import type { Address } from "../resolve-address.ts";
import { S3Error } from "../s3-error.ts";

/** What CopyObject asks for. */
export interface Copy {
  source: Address;
  /** Metadata in place of the source's. */
  headers: Record<string, string> | undefined;
  /** In place of the source's. */
  checksumAlgorithm: ChecksumAlgorithm | undefined;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 *
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`, `NotImplemented`, `MetadataTooLarge`
 */
export function parseCopy(headers: ReadonlyMap<string, string>, target: Address): Copy {
  const source = parseCopySource(headers.get("x-amz-copy-source") ?? "");
  const replacesMetadata = parseDirective(headers, "metadata") === "REPLACE";
  parseDirective(headers, "tagging"); // without tags both mean the same
  const isSame = source.bucket === target.bucket && source.key === target.key;
  if (isSame && !replacesMetadata) {
    throw new S3Error("InvalidRequest", {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  return {
    source,
    headers: replacesMetadata ? parseObjectHeaders(headers) : undefined,
    checksumAlgorithm: parseNamedAlgorithm(headers),
  };
}

/** `bucket/key` or `/bucket/key`, percent-encoded. */
function parseCopySource(header: string): Address {
  const utf8 = Buffer.from(header, "latin1").toString("utf8");
  const questionMark = utf8.indexOf("?");
  if (questionMark >= 0 || utf8.startsWith("arn:")) {
    throw new S3Error("NotImplemented", {
      details: { Header: "x-amz-copy-source" },
      logNote: "x-amz-copy-source with a version or as an ARN",
    });
  }
  const path = decodePath(utf8).replace(/^\//, "");
  const slash = path.indexOf("/");
  if (slash < 1 || slash === path.length - 1) {
    throw invalidArgument(
      "x-amz-copy-source",
      header,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument("x-amz-copy-source", text, "Invalid copy source encoding.");
  }
}

function parseDirective(
  headers: ReadonlyMap<string, string>,
  what: "metadata" | "tagging",
): "COPY" | "REPLACE" {
  const name = `x-amz-${what}-directive`;
  const value = headers.get(name) ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw invalidArgument(name, value, `Unknown ${what} directive.`);
}

function invalidArgument(name: string, value: string, message: string): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: name, ArgumentValue: value },
  });
}
