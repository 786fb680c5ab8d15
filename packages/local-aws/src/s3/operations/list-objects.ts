import { listObjectPage, toContentsXml } from "../lists/list-object-page.ts";
import { parseListQuery } from "../lists/parse-list-query.ts";
import { behindMarker } from "../object-store/list-page.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { xmlDocument, xmlOptional, xmlText } from "../xml/write-xml.ts";

/**
 * The first version of the list. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 */
export const listObjects: S3Operation = {
  name: "ListObjects",
  actions: () => ["s3:ListBucket"],
  parameters: ["prefix", "delimiter", "max-keys", "marker", "encoding-type"],
  async run({ request, store }) {
    const { query, bucket } = request;
    requireBucket(store, request);
    const list = parseListQuery(query, "max-keys");
    const { prefix, delimiter, encode } = list;
    const marker = query.get("marker") ?? "";
    const page = listObjectPage(store, { bucket, list, start: behindMarker(marker, list) });
    const isTruncated = page.next !== undefined;
    const body = xmlDocument("ListBucketResult", [
      xmlText("Name", bucket),
      xmlText("Prefix", encode(prefix)),
      xmlText("Marker", encode(marker)),
      // Without a delimiter a page ends with a key, and clients go on behind that.
      isTruncated && delimiter !== "" ? xmlText("NextMarker", encode(page.last ?? "")) : undefined,
      xmlText("MaxKeys", list.limit),
      delimiter === "" ? undefined : xmlText("Delimiter", encode(delimiter)),
      xmlOptional("EncodingType", list.encodingType),
      xmlText("IsTruncated", isTruncated),
      ...toContentsXml(page, { encode, withOwner: true }),
    ]);
    return { status: 200, body };
  },
};
