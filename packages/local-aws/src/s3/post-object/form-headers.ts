import { checkHeaders } from "../detect-operation.ts";
import { SYSTEM_HEADERS } from "../object-headers.ts";
import { checkObjectTags } from "../tagging/tag.ts";
import { parseTaggingXml } from "../tagging/tagging-xml.ts";
import { toTextHeader } from "../text-header.ts";
import type { FormFields } from "./form-fields.ts";

/**
 * The headers with which PutObject would store the same object.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 *
 * @returns names in lower case
 * @throws {S3Error} `NotImplemented`, `InvalidArgument` for a value that could not have been a header,
 *   `MalformedXML` and `InvalidTag` for tags
 */
export function toFormHeaders(fields: FormFields): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [id, { value }] of fields) {
    if (isHeader(id)) headers.set(id, toTextHeader(id, value));
  }
  checkHeaders(headers, UNDERSTOOD);
  for (const [id, { value }] of fields) {
    if (id === "acl") headers.set("x-amz-acl", toTextHeader(id, value));
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

/** In a form tags are XML, and in a header a query. */
function toTaggingHeader(xml: string): string {
  const tags = parseTaggingXml(Buffer.from(xml));
  checkObjectTags(tags);
  const query = new URLSearchParams();
  for (const { key, value } of tags) query.append(key, value);
  return query.toString();
}
