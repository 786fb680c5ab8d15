import { listObjectPage, toContentsXml } from "../lists/list-object-page.ts";
import { parseListQuery } from "../lists/parse-list-query.ts";
import { behindMarker, type ListPosition } from "../object-store/list-page.ts";
import type { S3Operation, S3Request } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { xmlDocument, xmlOptional, xmlText } from "../xml/write-xml.ts";

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
    const list = parseListQuery(query, "max-keys");
    const { prefix, delimiter, encode } = list;
    const page = listObjectPage(store, { bucket, list, start: parseStart(request) });
    const startAfter = query.get("start-after");
    const body = xmlDocument("ListBucketResult", [
      xmlText("Name", bucket),
      xmlText("Prefix", encode(prefix)),
      delimiter === "" ? undefined : xmlText("Delimiter", encode(delimiter)),
      xmlText("MaxKeys", list.limit),
      xmlOptional("EncodingType", list.encodingType),
      xmlText("KeyCount", page.entries.length + page.commonPrefixes.length),
      xmlText("IsTruncated", page.next !== undefined),
      xmlOptional("ContinuationToken", query.get("continuation-token")),
      xmlOptional("NextContinuationToken", page.next && toContinuationToken(page.next)),
      xmlOptional("StartAfter", startAfter === undefined ? undefined : encode(startAfter)),
      ...toContentsXml(page, { encode, withOwner: query.get("fetch-owner") === "true" }),
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
  const position = { key: Buffer.from(token.slice(1), "base64url"), entry: "" };
  if (token !== "" && toContinuationToken(position) === token) return position;
  throw new S3Error("InvalidArgument", {
    message: "The continuation token provided is incorrect",
    details: { ArgumentName: "continuation-token", ArgumentValue: token },
  });
}
