import { MAX_USER_METADATA_BYTES } from "@waybill/core/s3-limits";
import { ACL_HEADERS, checkAclHeaders, hasAclHeaders } from "./access-control-lists.ts";
import { checkEncryption } from "./encryption.ts";
import type { ObjectProperties } from "./object-store/object-version.ts";
import type { S3Request } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import { parseStorageClass } from "./storage-class.ts";
import { parseTaggingHeader } from "./tagging/tagging-header.ts";

/** Kept with the object and sent again with every GET and HEAD. */
export const SYSTEM_HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;

const USER_PREFIX = "x-amz-meta-";

/** What PutObject, CopyObject and CreateMultipartUpload understand. */
export const OBJECT_WRITE_HEADERS = [
  `${USER_PREFIX}*`,
  "x-amz-storage-class",
  "x-amz-tagging",
  "x-amz-server-side-encryption",
  ...ACL_HEADERS,
] as const;

/**
 * What the headers of a write need permission for.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function objectWriteActions({ headers }: Pick<S3Request, "headers">): string[] {
  const actions = ["s3:PutObject"];
  if (headers.has("x-amz-tagging")) actions.push("s3:PutObjectTagging");
  if (hasAclHeaders(headers)) actions.push("s3:PutObjectAcl");
  if (headers.has("if-match")) actions.push("s3:GetObject");
  return actions;
}

/**
 * What a PUT or CreateMultipartUpload says of its object.
 *
 * @throws {S3Error} `MetadataTooLarge`, `InvalidTag`, `InvalidStorageClass`, `AccessControlListNotSupported`
 */
export function parseObjectProperties(headers: ReadonlyMap<string, string>): ObjectProperties {
  checkAclHeaders(headers);
  checkEncryption(headers);
  return {
    headers: parseObjectHeaders(headers),
    tags: parseTaggingHeader(headers.get("x-amz-tagging") ?? ""),
    storageClass: parseStorageClass(headers),
  };
}

/**
 * The metadata that a PUT or CreateMultipartUpload gives its object.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 *
 * @throws {S3Error} `MetadataTooLarge`
 */
function parseObjectHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const name of SYSTEM_HEADERS) {
    const value = headers.get(name);
    if (value) kept[name] = value;
  }
  let userBytes = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith(USER_PREFIX)) continue;
    kept[name] = value;
    userBytes += name.length - USER_PREFIX.length + Buffer.byteLength(value);
  }
  if (userBytes > MAX_USER_METADATA_BYTES) {
    throw new S3Error("MetadataTooLarge", {
      details: { Size: String(userBytes), MaxSizeAllowed: String(MAX_USER_METADATA_BYTES) },
    });
  }
  return kept;
}

/**
 * User metadata that is not ASCII comes back in the encoding of RFC 2047. S3 reads the octets of a header as
 * ISO 8859-1, as the example of that page shows, and Node does the same.
 */
export function toResponseHeaders(kept: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kept).map(([name, value]) =>
      name.startsWith(USER_PREFIX) && /\P{ASCII}/u.test(value)
        ? [name, `=?UTF-8?B?${Buffer.from(value, "utf8").toString("base64")}?=`]
        : [name, value],
    ),
  );
}
