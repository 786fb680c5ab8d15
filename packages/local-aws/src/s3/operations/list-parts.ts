import { MAX_LIST_PAGE } from "@waybill/core/s3-limits";
import { checksumElement } from "../checksums/checksum-algorithm.ts";
import { toKeyEncoder } from "../encoding-type.ts";
import { abortHeaders } from "../lifecycle/due-headers.ts";
import type { S3Operation } from "../operation.ts";
import { INITIATOR_XML, OWNER_XML } from "../owner.ts";
import { MAX_INTEGER, parseInteger } from "../parse-integer.ts";
import { requireUpload } from "../require-found.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: S3Operation = {
  name: "ListParts",
  actions: () => ["s3:ListMultipartUploadParts"],
  parameters: ["max-parts", "part-number-marker", "encoding-type"],
  async run({ request, store }) {
    const { query, bucket } = request;
    const upload = requireUpload(store, request);
    const asked = parseInteger(query.get("max-parts") ?? String(MAX_LIST_PAGE), {
      name: "max-parts",
      min: 0,
      max: MAX_INTEGER,
    });
    const marker = parseInteger(query.get("part-number-marker") || "0", {
      name: "part-number-marker",
      min: 0,
      max: MAX_INTEGER,
    });
    const limit = Math.min(asked, MAX_LIST_PAGE);
    const found = store.parts.page(upload.uploadId, { after: marker, limit: limit + 1 });
    const parts = found.slice(0, limit);
    const body = xmlDocument("ListPartsResult", [
      xmlText("Bucket", bucket),
      xmlText("Key", toKeyEncoder(query.get("encoding-type"))(upload.key)),
      xmlText("UploadId", upload.uploadId),
      INITIATOR_XML,
      OWNER_XML,
      xmlText("StorageClass", upload.storageClass),
      xmlText("PartNumberMarker", marker),
      xmlText("NextPartNumberMarker", parts.at(-1)?.partNumber ?? 0),
      xmlText("MaxParts", limit),
      xmlText("IsTruncated", limit > 0 && found.length > limit),
      xmlText("ChecksumAlgorithm", upload.checksumAlgorithm),
      xmlText("ChecksumType", upload.checksumType),
      ...parts.map((part) =>
        xmlElement("Part", [
          xmlText("PartNumber", part.partNumber),
          xmlText("LastModified", part.lastModified.toISOString()),
          xmlText("ETag", part.eTag),
          xmlText("Size", part.sizeBytes),
          xmlText(checksumElement(upload.checksumAlgorithm), part.checksumValue),
        ]),
      ),
    ]);
    return { status: 200, headers: abortHeaders(store, upload), body };
  },
};
