import { checkHeaders } from "../detect-operation.ts";
import { SYSTEM_HEADERS } from "../object-headers.ts";
import { S3Error } from "../s3-error.ts";
import { checkObjectTags } from "../tagging/tag.ts";
import { parseTaggingXml } from "../tagging/tagging-xml.ts";
import type { FormFields } from "./form-fields.ts";

/**
 * The headers with which PutObject would store the same object.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 *
 * @returns names in lower case, values of one character per byte, as Node's HTTP parser gives headers
 * @throws {S3Error} `NotImplemented`, `InvalidArgument` for a value that could not have been a header,
 *   `MalformedXML` and `InvalidTag` for tags
 */
export function toFormHeaders(fields: FormFields): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [id, { value }] of fields) {
    if (isHeader(id)) headers.set(id, toHeaderValue(id, value));
  }
  checkHeaders(headers, UNDERSTOOD);
  for (const [id, { value }] of fields) {
    if (id === "acl") headers.set("x-amz-acl", toHeaderValue(id, value));
    if (id === "tagging") headers.set("x-amz-tagging", toTaggingHeader(value));
  }
  return headers;
}

const UNDERSTOOD = [
  "x-amz-checksum-algorithm",
  "x-amz-meta-*",
  "x-amz-server-side-encryption",
  "x-amz-storage-class",
];

function isHeader(id: string): boolean {
  if (id.startsWith("x-amz-")) return !OF_SIGNATURE.has(id);
  return id === "content-md5" || SYSTEM_HEADERS.some((name) => name === id);
}

const OF_SIGNATURE: ReadonlySet<string> = new Set([
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-signature",
]);

function toHeaderValue(id: string, value: string): string {
  if (!/\p{Cc}/u.test(value)) return Buffer.from(value, "utf8").toString("latin1");
  throw new S3Error("InvalidArgument", {
    message: "A header cannot hold control characters.",
    details: { ArgumentName: id },
  });
}

/** In a form tags are XML, and in a header a query. */
function toTaggingHeader(xml: string): string {
  const tags = parseTaggingXml(Buffer.from(xml));
  checkObjectTags(tags);
  const query = new URLSearchParams();
  for (const { key, value } of tags) query.append(key, value);
  return query.toString();
}
