import { S3Error } from "../s3-error.ts";
import { childRawText, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";
import type { Tag } from "./tag.ts";

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tagging.html
 *
 * @throws {S3Error} `MalformedXML`
 */
export function parseTaggingXml(body: Buffer): Tag[] {
  const [tagSet, ...others] = parseXml(body, "Tagging").children;
  if (tagSet?.name !== "TagSet" || others.length > 0) throw new S3Error("MalformedXML");
  return tagSet.children.map(parseTag);
}

export function toTaggingXml(tags: readonly Tag[]): string {
  const elements = tags.map(({ key, value }) =>
    xmlElement("Tag", [xmlText("Key", key), xmlText("Value", value)]),
  );
  return xmlDocument("Tagging", [xmlElement("TagSet", elements)]);
}

function parseTag(element: XmlElement): Tag {
  const key = childRawText(element, "Key");
  const value = childRawText(element, "Value");
  if (element.name !== "Tag" || element.children.length !== 2 || key === undefined || value === undefined) {
    throw new S3Error("MalformedXML");
  }
  return { key, value };
}
