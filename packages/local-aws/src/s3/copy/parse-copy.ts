import type { ChecksumAlgorithm } from "../checksums/checksum-algorithm.ts";
import { parseNamedAlgorithm } from "../checksums/declared-checksum.ts";
import { parseObjectProperties } from "../object-headers.ts";
import type { ObjectProperties } from "../object-store/object-version.ts";
import type { VersionAddress } from "../require-found.ts";
import type { Address } from "../resolve-address.ts";
import { S3Error } from "../s3-error.ts";
import { parseCopySource } from "./parse-copy-source.ts";

/** What CopyObject asks for. */
export interface Copy {
  source: VersionAddress;
  /** What the request says of the object to be. */
  properties: ObjectProperties;
  /** Whether its metadata and its tags count, or those of the source. The storage class always does. */
  replacesMetadata: boolean;
  replacesTags: boolean;
  /** In place of the source's. */
  checksumAlgorithm: ChecksumAlgorithm | undefined;
}

/** What makes a copy onto its own source more than nothing. */
const CHANGING_HEADERS: readonly string[] = ["x-amz-storage-class", "x-amz-server-side-encryption"];

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 *
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`, `NotImplemented`, and those of the properties
 */
export function parseCopy(headers: ReadonlyMap<string, string>, target: Address): Copy {
  const source = parseCopySource(headers);
  const replacesMetadata = parseDirective(headers, "metadata") === "REPLACE";
  const isSame = source.bucket === target.bucket && source.key === target.key;
  // With a version it brings that version back.
  const changesNothing = source.versionId === undefined && !replacesMetadata;
  if (isSame && changesNothing && !CHANGING_HEADERS.some((name) => headers.has(name))) {
    throw new S3Error("InvalidRequest", {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  return {
    source,
    properties: parseObjectProperties(headers),
    replacesMetadata,
    replacesTags: parseDirective(headers, "tagging") === "REPLACE",
    checksumAlgorithm: parseNamedAlgorithm(headers),
  };
}

function parseDirective(
  headers: ReadonlyMap<string, string>,
  what: "metadata" | "tagging",
): "COPY" | "REPLACE" {
  const name = `x-amz-${what}-directive`;
  const value = headers.get(name) ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw new S3Error("InvalidArgument", {
    message: `Unknown ${what} directive.`,
    details: { ArgumentName: name, ArgumentValue: value },
  });
}
