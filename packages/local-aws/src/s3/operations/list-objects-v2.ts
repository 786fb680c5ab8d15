import { MAX_LIST_PAGE } from "@waybill/core/s3-limits";
import { toKeyEncoder } from "../encoding-type.ts";
import { behindKey, behindMarker, listPage, type ListPosition } from "../object-store/list-page.ts";
import type { StoredObject } from "../object-store/object-table.ts";
import type { S3Operation, S3Request } from "../operation.ts";
import { OWNER_XML } from "../owner.ts";
import { MAX_INTEGER, parseInteger } from "../parse-integer.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation = {
  name: "ListObjectsV2",
  actions: () => ["s3:ListBucket"],
  parameters: [
    "prefix",
    "delimiter",
    "max-keys",
    "continuation-token",
    "start-after",
    "encoding-type",
    "fetch-owner",
  ],
  async run({ request, store }) {
    const { query, bucket } = request;
    requireBucket(store, request);
    checkListType(query.get("list-type"));
    const maxKeys = parseInteger(query.get("max-keys") ?? String(MAX_LIST_PAGE), {
      name: "max-keys",
      min: 0,
      max: MAX_INTEGER,
    });
    const encode = toKeyEncoder(query.get("encoding-type"));
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const page = listPage({
      prefix,
      delimiter,
      limit: Math.min(maxKeys, MAX_LIST_PAGE),
      start: parseStart(request),
      find: ({ key }) => store.objects.findFrom(bucket, key),
      behind: ({ key }) => ({ key: behindKey(key), uploadId: "" }),
    });
    const optional = (name: string, value: string | undefined): string | undefined =>
      value === undefined ? undefined : xmlText(name, value);
    const startAfter = query.get("start-after");
    const body = xmlDocument("ListBucketResult", [
      xmlText("Name", bucket),
      xmlText("Prefix", encode(prefix)),
      delimiter === "" ? undefined : xmlText("Delimiter", encode(delimiter)),
      xmlText("MaxKeys", maxKeys),
      optional("EncodingType", query.get("encoding-type")),
      xmlText("KeyCount", page.entries.length + page.commonPrefixes.length),
      xmlText("IsTruncated", page.next !== undefined),
      optional("ContinuationToken", query.get("continuation-token")),
      optional("NextContinuationToken", page.next && toContinuationToken(page.next)),
      startAfter === undefined ? undefined : xmlText("StartAfter", encode(startAfter)),
      ...page.entries.map((object) => toContents(object, encode, query.get("fetch-owner") === "true")),
      ...page.commonPrefixes.map((commonPrefix) =>
        xmlElement("CommonPrefixes", [xmlText("Prefix", encode(commonPrefix))]),
      ),
    ]);
    return { status: 200, body };
  },
};

function checkListType(listType: string | undefined): void {
  if (listType === "2") return;
  throw new S3Error("InvalidArgument", {
    message: "Invalid List Type specified in Request",
    details: { ArgumentName: "list-type", ArgumentValue: listType ?? "" },
  });
}

function toContents(object: StoredObject, encode: (key: string) => string, withOwner: boolean): string {
  return xmlElement("Contents", [
    xmlText("Key", encode(object.key)),
    xmlText("LastModified", object.lastModified.toISOString()),
    xmlText("ETag", object.eTag),
    xmlText("ChecksumAlgorithm", object.checksum.algorithm),
    xmlText("ChecksumType", object.checksum.type),
    xmlText("Size", object.sizeBytes),
    withOwner ? OWNER_XML : undefined,
    xmlText("StorageClass", "STANDARD"),
  ]);
}

/** A token is opaque to clients: here, where the next page begins. */
function toContinuationToken({ key }: ListPosition): string {
  return `1${key.toString("base64url")}`;
}

/** A token wins over `start-after`. */
function parseStart({ query }: S3Request): ListPosition {
  const token = query.get("continuation-token");
  if (token === undefined) {
    return behindMarker(query.get("start-after") ?? "", {
      prefix: query.get("prefix") ?? "",
      delimiter: query.get("delimiter") ?? "",
    });
  }
  const position = { key: Buffer.from(token.slice(1), "base64url"), uploadId: "" };
  if (token !== "" && toContinuationToken(position) === token) return position;
  throw new S3Error("InvalidArgument", {
    message: "The continuation token provided is incorrect",
    details: { ArgumentName: "continuation-token", ArgumentValue: token },
  });
}
