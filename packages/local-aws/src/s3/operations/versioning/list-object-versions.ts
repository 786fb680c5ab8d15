import { toCommonPrefixesXml } from "../../lists/list-object-page.ts";
import { type ListQuery, parseListQuery } from "../../lists/parse-list-query.ts";
import { behindMarker, listPage, type ListPosition } from "../../object-store/list-page.ts";
import type { ObjectVersion } from "../../object-store/object-version.ts";
import type { S3Call, S3Operation } from "../../operation.ts";
import { OWNER_XML } from "../../owner.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";
import { checkVersionId, NULL_VERSION, sequenceOf } from "../../versions/version-id.ts";
import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: S3Operation = {
  name: "ListObjectVersions",
  actions: () => ["s3:ListBucketVersions"],
  parameters: ["prefix", "delimiter", "max-keys", "key-marker", "version-id-marker", "encoding-type"],
  async run(call) {
    const { request, store } = call;
    const { query, bucket } = request;
    requireBucket(store, request);
    const list = parseListQuery(query, "max-keys");
    const { delimiter, encode } = list;
    const page = listPage({
      ...list,
      start: parseStart(call, list),
      find: ({ key, entry }) => store.objects.findVersionBehind(bucket, key, toSequence(entry)),
      behind: ({ key, sequence }) => ({ key: Buffer.from(key), entry: String(sequence) }),
    });
    const lastVersion = page.entries.at(-1);
    const endsWithVersion = lastVersion !== undefined && lastVersion.key === page.last;
    const isTruncated = page.next !== undefined;
    const body = xmlDocument("ListVersionsResult", [
      xmlText("Name", bucket),
      xmlText("Prefix", encode(list.prefix)),
      xmlText("KeyMarker", encode(query.get("key-marker") ?? "")),
      xmlText("VersionIdMarker", query.get("version-id-marker") ?? ""),
      isTruncated ? xmlText("NextKeyMarker", encode(page.last ?? "")) : undefined,
      // A page that ends with a common prefix has no version to name.
      isTruncated && endsWithVersion ? xmlText("NextVersionIdMarker", lastVersion.versionId) : undefined,
      xmlText("MaxKeys", list.limit),
      delimiter === "" ? undefined : xmlText("Delimiter", encode(delimiter)),
      xmlOptional("EncodingType", list.encodingType),
      xmlText("IsTruncated", isTruncated),
      ...page.entries.map((version) => toVersionXml(call, version, list)),
      ...toCommonPrefixesXml(page, list),
    ]);
    return { status: 200, body };
  },
};

function toVersionXml({ store }: S3Call, version: ObjectVersion, { encode }: ListQuery): string {
  const isLatest = store.objects.current(version.bucket, version.key)?.id === version.id;
  const named = [
    xmlText("Key", encode(version.key)),
    xmlText("VersionId", version.versionId),
    xmlText("IsLatest", isLatest),
    xmlText("LastModified", version.lastModified.toISOString()),
  ];
  if (version.isDeleteMarker) return xmlElement("DeleteMarker", [...named, OWNER_XML]);
  return xmlElement("Version", [
    ...named,
    xmlText("ETag", version.eTag),
    xmlText("ChecksumAlgorithm", version.checksum.algorithm),
    xmlText("ChecksumType", version.checksum.type),
    xmlText("Size", version.sizeBytes),
    OWNER_XML,
    xmlText("StorageClass", version.storageClass),
  ]);
}

/** Of a key the newest version comes first, that is, the one with the highest sequence. */
function toSequence(entry: string): number {
  return entry === "" ? Number.MAX_SAFE_INTEGER : Number(entry);
}

/** @throws {S3Error} `InvalidArgument` */
function parseStart({ request, store }: S3Call, list: ListQuery): ListPosition {
  const { query, bucket } = request;
  const keyMarker = query.get("key-marker") ?? "";
  const versionMarker = query.get("version-id-marker");
  if (versionMarker === undefined) return behindMarker(keyMarker, list);
  if (versionMarker === "") throw invalidMarker("A version-id marker cannot be empty.", versionMarker);
  if (keyMarker === "") {
    throw invalidMarker("A version-id marker cannot be specified without a key marker.", versionMarker);
  }
  checkVersionId(versionMarker, "version-id-marker");
  // Where a null version was is not known once it is gone: then all versions of the key come again.
  const sequence =
    versionMarker === NULL_VERSION
      ? store.objects.version(bucket, keyMarker, versionMarker)?.sequence
      : sequenceOf(versionMarker);
  return { key: Buffer.from(keyMarker), entry: sequence === undefined ? "" : String(sequence) };
}

function invalidMarker(message: string, value: string): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: "version-id-marker", ArgumentValue: value },
  });
}
