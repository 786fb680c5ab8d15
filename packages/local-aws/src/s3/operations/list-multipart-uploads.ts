import { MAX_LIST_PAGE } from "@waybill/core/s3-limits";
import { toKeyEncoder } from "../encoding-type.ts";
import { behindMarker, listPage, type ListPosition } from "../object-store/list-page.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Operation, S3Request } from "../operation.ts";
import { INITIATOR_XML, OWNER_XML } from "../owner.ts";
import { MAX_INTEGER, parseInteger } from "../parse-integer.ts";
import { requireBucket } from "../require-found.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: S3Operation = {
  name: "ListMultipartUploads",
  actions: () => ["s3:ListBucketMultipartUploads"],
  parameters: ["prefix", "delimiter", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"],
  async run({ request, store }) {
    const { query, bucket } = request;
    requireBucket(store, request);
    const maxUploads = parseInteger(query.get("max-uploads") ?? String(MAX_LIST_PAGE), {
      name: "max-uploads",
      min: 0,
      max: MAX_INTEGER,
    });
    const encodingType = query.get("encoding-type");
    const encode = toKeyEncoder(encodingType);
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const page = listPage({
      prefix,
      delimiter,
      limit: Math.min(maxUploads, MAX_LIST_PAGE),
      start: parseStart(request),
      find: ({ key, uploadId }) => store.uploads.findAfter(bucket, key, uploadId),
      behind: ({ key, uploadId }) => ({ key: Buffer.from(key), uploadId }),
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
      encodingType === undefined ? undefined : xmlText("EncodingType", encodingType),
      xmlText("MaxUploads", maxUploads),
      xmlText("IsTruncated", isTruncated),
      ...page.entries.map((upload) => toUploadXml(upload, encode)),
      ...page.commonPrefixes.map((commonPrefix) =>
        xmlElement("CommonPrefixes", [xmlText("Prefix", encode(commonPrefix))]),
      ),
    ]);
    return { status: 200, body };
  },
};

function toUploadXml(upload: Upload, encode: (key: string) => string): string {
  return xmlElement("Upload", [
    xmlText("Key", encode(upload.key)),
    xmlText("UploadId", upload.uploadId),
    INITIATOR_XML,
    OWNER_XML,
    xmlText("StorageClass", "STANDARD"),
    xmlText("Initiated", upload.initiatedAt.toISOString()),
    upload.checksumNamed ? xmlText("ChecksumAlgorithm", upload.checksumAlgorithm) : undefined,
    upload.checksumNamed ? xmlText("ChecksumType", upload.checksumType) : undefined,
  ]);
}

/** An `upload-id-marker` counts only beside a `key-marker`. */
function parseStart({ query }: S3Request): ListPosition {
  const keyMarker = query.get("key-marker") ?? "";
  const uploadIdMarker = query.get("upload-id-marker") ?? "";
  if (keyMarker !== "" && uploadIdMarker !== "") {
    return { key: Buffer.from(keyMarker), uploadId: uploadIdMarker };
  }
  return behindMarker(keyMarker, {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
  });
}
