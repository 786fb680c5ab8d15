import { toCommonPrefixesXml } from "../lists/list-object-page.ts";
import { type ListQuery, parseListQuery } from "../lists/parse-list-query.ts";
import { behindMarker, listPage, type ListPosition } from "../object-store/list-page.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Operation, S3Request } from "../operation.ts";
import { INITIATOR_XML, OWNER_XML } from "../owner.ts";
import { requireBucket } from "../require-found.ts";
import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: S3Operation = {
  name: "ListMultipartUploads",
  actions: () => ["s3:ListBucketMultipartUploads"],
  parameters: ["prefix", "delimiter", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"],
  async run({ request, store }) {
    const { query, bucket } = request;
    requireBucket(store, request);
    const list = parseListQuery(query, "max-uploads");
    const { prefix, delimiter, encode } = list;
    const page = listPage({
      ...list,
      start: parseStart(request, list),
      find: ({ key, entry }) => store.uploads.findAfter(bucket, key, entry),
      behind: ({ key, uploadId }) => ({ key: Buffer.from(key), entry: uploadId }),
    });
    const lastUpload = page.entries.at(-1);
    const endsWithUpload = lastUpload !== undefined && lastUpload.key === page.last;
    const isTruncated = page.next !== undefined;
    const body = xmlDocument("ListMultipartUploadsResult", [
      xmlText("Bucket", bucket),
      xmlText("KeyMarker", encode(query.get("key-marker") ?? "")),
      xmlText("UploadIdMarker", query.get("upload-id-marker") ?? ""),
      isTruncated ? xmlText("NextKeyMarker", encode(page.last ?? "")) : undefined,
      // A page that ends with a common prefix has no upload to name.
      isTruncated ? xmlText("NextUploadIdMarker", endsWithUpload ? lastUpload.uploadId : "") : undefined,
      xmlText("Prefix", encode(prefix)),
      delimiter === "" ? undefined : xmlText("Delimiter", encode(delimiter)),
      xmlOptional("EncodingType", list.encodingType),
      xmlText("MaxUploads", list.limit),
      xmlText("IsTruncated", isTruncated),
      ...page.entries.map((upload) => toUploadXml(upload, encode)),
      ...toCommonPrefixesXml(page, list),
    ]);
    return { status: 200, body };
  },
};

function toUploadXml(upload: Upload, encode: ListQuery["encode"]): string {
  return xmlElement("Upload", [
    xmlText("Key", encode(upload.key)),
    xmlText("UploadId", upload.uploadId),
    INITIATOR_XML,
    OWNER_XML,
    xmlText("StorageClass", upload.storageClass),
    xmlText("Initiated", upload.initiatedAt.toISOString()),
    upload.checksumNamed ? xmlText("ChecksumAlgorithm", upload.checksumAlgorithm) : undefined,
    upload.checksumNamed ? xmlText("ChecksumType", upload.checksumType) : undefined,
  ]);
}

/** An `upload-id-marker` counts only beside a `key-marker`. */
function parseStart({ query }: S3Request, list: ListQuery): ListPosition {
  const keyMarker = query.get("key-marker") ?? "";
  const uploadIdMarker = query.get("upload-id-marker") ?? "";
  if (keyMarker !== "" && uploadIdMarker !== "") {
    return { key: Buffer.from(keyMarker), entry: uploadIdMarker };
  }
  return behindMarker(keyMarker, list);
}
