import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { S3Error } from "../s3-error.ts";
import type { Tag } from "../tagging/tag.ts";
import { childElement, childRawText, childText, type XmlElement } from "../xml/parse-xml.ts";
import type { LifecycleFilter, LifecycleRule } from "./lifecycle-configuration.ts";
import { invalidRequest } from "./lifecycle-error.ts";

/** What may stand in `And`; alone in a filter, one of them may. Only a tag may be there more than once. */
const PREDICATES = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"];
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAG_KEY_LENGTH = 128;
const MAX_TAG_VALUE_LENGTH = 256;
/** What Amazon names where it refuses a size. */
const MAX_OBJECT_SIZE = 1_099_511_627_776_000;

/** @throws {S3Error} `MalformedXML`, `InvalidRequest` */
export function parseScope(rule: XmlElement): LifecycleRule["scope"] {
  const filter = childElement(rule, "Filter");
  const ownPrefix = childRawText(rule, "Prefix");
  if (filter === undefined && ownPrefix === undefined) throw new S3Error("MalformedXML");
  if (filter !== undefined && ownPrefix !== undefined) throw prefixInFilterForm();
  if (filter === undefined) return { form: "prefix", prefix: checkPrefix(ownPrefix ?? "") };
  return { form: "filter", ...parsePredicates(toPredicates(rule, filter)) };
}

export function prefixInFilterForm(): S3Error {
  return invalidRequest(
    "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
  );
}

function toPredicates(rule: XmlElement, filter: XmlElement): XmlElement {
  const and = childElement(filter, "And");
  const predicates = and ?? filter;
  const names = predicates.children.map(({ name }) => name);
  checkActions(rule, names);
  // Of one alone there is nothing to join, and two that are not joined mean nothing.
  if (filter.children.length > 1 || (and !== undefined && names.length < 2))
    throw new S3Error("MalformedXML");
  for (const name of names) {
    const isTwice = name !== "Tag" && names.indexOf(name) !== names.lastIndexOf(name);
    if (isTwice || !PREDICATES.includes(name)) throw new S3Error("MalformedXML");
  }
  return predicates;
}

/** An upload has neither tags nor a size yet, and a delete marker never has. */
function checkActions(rule: XmlElement, predicates: readonly string[]): void {
  const expiration = childElement(rule, "Expiration");
  const marker = expiration && childElement(expiration, "ExpiredObjectDeleteMarker");
  const action = childElement(rule, "AbortIncompleteMultipartUpload") ?? marker;
  if (action === undefined) return;
  if (predicates.includes("Tag")) throw invalidRequest(`${action.name} cannot be specified with Tags.`);
  if (predicates.some((name) => name.startsWith("ObjectSize"))) {
    throw invalidRequest(`${action.name} cannot be specified with Object Size.`);
  }
}

function parsePredicates(element: XmlElement): LifecycleFilter {
  const prefix = childRawText(element, "Prefix");
  const tags = element.children.filter(({ name }) => name === "Tag").map(parseTag);
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalidRequest("Duplicate Tag Keys are not allowed.");
  }
  const objectSizeGreaterThan = parseSize(element, "ObjectSizeGreaterThan", 0);
  const objectSizeLessThan = parseSize(element, "ObjectSizeLessThan", 1);
  if ((objectSizeGreaterThan ?? -1) >= (objectSizeLessThan ?? Number.POSITIVE_INFINITY)) {
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
  return {
    ...(prefix === undefined ? {} : { prefix: checkPrefix(prefix) }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(objectSizeGreaterThan === undefined ? {} : { objectSizeGreaterThan }),
    ...(objectSizeLessThan === undefined ? {} : { objectSizeLessThan }),
  };
}

function parseTag(element: XmlElement): Tag {
  const key = childRawText(element, "Key");
  const value = childRawText(element, "Value");
  if (element.children.length !== 2 || key === undefined || value === undefined) {
    throw new S3Error("MalformedXML");
  }
  if (key === "" || key.length > MAX_TAG_KEY_LENGTH) {
    throw invalidRequest(`A Tag's Key must be a length between 1 and ${MAX_TAG_KEY_LENGTH}.`);
  }
  if (value.length > MAX_TAG_VALUE_LENGTH) {
    throw invalidRequest(`A Tag's Value must be a length between 0 and ${MAX_TAG_VALUE_LENGTH}.`);
  }
  return { key, value };
}

function parseSize(element: XmlElement, name: string, smallest: number): number | undefined {
  const text = childText(element, name);
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new S3Error("MalformedXML");
  const size = Number(text);
  if (size >= smallest && size <= MAX_OBJECT_SIZE) return size;
  throw invalidRequest(`'${name}' should be between ${smallest} and ${MAX_OBJECT_SIZE}.`);
}

function checkPrefix(prefix: string): string {
  if (Buffer.byteLength(prefix) <= MAX_KEY_BYTES) return prefix;
  throw invalidRequest(`The maximum size of a prefix is ${MAX_KEY_BYTES}`);
}
