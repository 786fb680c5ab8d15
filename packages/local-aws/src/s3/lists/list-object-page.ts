import { behindKey, listPage, type ListPage, type ListPosition } from "../object-store/list-page.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { StoredObject } from "../object-store/object-version.ts";
import { OWNER_XML } from "../owner.ts";
import { xmlElement, xmlText } from "../xml/write-xml.ts";
import type { ListQuery } from "./parse-list-query.ts";

/** One page of the objects that clients see, which both versions of ListObjects show. */
export function listObjectPage(
  store: ObjectStore,
  options: { bucket: string; list: ListQuery; start: ListPosition },
): ListPage<StoredObject> {
  const { bucket, list, start } = options;
  return listPage({
    ...list,
    start,
    find: ({ key }) => store.objects.findFrom(bucket, key),
    behind: ({ key }) => ({ key: behindKey(key), entry: "" }),
  });
}

/** The objects of a page, then its common prefixes. */
export function toContentsXml(
  page: ListPage<StoredObject>,
  options: { encode: ListQuery["encode"]; withOwner: boolean },
): string[] {
  return [
    ...page.entries.map((object) => toObjectXml(object, options)),
    ...toCommonPrefixesXml(page, options),
  ];
}

export function toCommonPrefixesXml(
  { commonPrefixes }: Pick<ListPage<unknown>, "commonPrefixes">,
  { encode }: Pick<ListQuery, "encode">,
): string[] {
  return commonPrefixes.map((prefix) => xmlElement("CommonPrefixes", [xmlText("Prefix", encode(prefix))]));
}

function toObjectXml(
  object: StoredObject,
  { encode, withOwner }: { encode: ListQuery["encode"]; withOwner: boolean },
): string {
  return xmlElement("Contents", [
    xmlText("Key", encode(object.key)),
    xmlText("LastModified", object.lastModified.toISOString()),
    xmlText("ETag", object.eTag),
    xmlText("ChecksumAlgorithm", object.checksum.algorithm),
    xmlText("ChecksumType", object.checksum.type),
    xmlText("Size", object.sizeBytes),
    withOwner ? OWNER_XML : undefined,
    xmlText("StorageClass", object.storageClass),
  ]);
}
