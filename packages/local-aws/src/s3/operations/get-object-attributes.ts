import { MAX_LIST_PAGE } from "@waybill/core/s3-limits";
import { checksumElement } from "../checksums/checksum-algorithm.ts";
import type { ObjectPart } from "../object-store/object-part-table.ts";
import type { StoredObject } from "../object-store/object-version.ts";
import type { S3Call, S3Operation } from "../operation.ts";
import { requireObject, versionAddressOf } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { versionHeader } from "../versions/version-headers.ts";
import { namedVersionId } from "../versions/versioning-status.ts";
import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";

/** In the order in which S3 writes them. */
const ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] as const;

type Attribute = (typeof ATTRIBUTES)[number];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: S3Operation = {
  name: "GetObjectAttributes",
  actions: ({ query }) =>
    query.has("versionId")
      ? ["s3:GetObjectVersion", "s3:GetObjectVersionAttributes"]
      : ["s3:GetObject", "s3:GetObjectAttributes"],
  parameters: ["versionId"],
  headers: ["x-amz-object-attributes", "x-amz-max-parts", "x-amz-part-number-marker"],
  async run(call) {
    const { request, store } = call;
    const attributes = parseAttributes(request.headers.get("x-amz-object-attributes") ?? "");
    const object = requireObject(call, versionAddressOf(request));
    return {
      status: 200,
      headers: {
        ...versionHeader(namedVersionId(store, object)),
        "last-modified": object.lastModified.toUTCString(),
      },
      body: xmlDocument(
        "GetObjectAttributesResponse",
        attributes.map((attribute) => toAttributeXml(call, object, attribute)),
      ),
    };
  },
};

/** @throws {S3Error} `InvalidRequest`, `InvalidArgument` */
function parseAttributes(header: string): Attribute[] {
  const names = header
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) {
    throw new S3Error("InvalidRequest", {
      message:
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    });
  }
  const unknown = names.find((name) => !ATTRIBUTES.some((attribute) => attribute === name));
  if (unknown !== undefined) {
    throw new S3Error("InvalidArgument", {
      message: "Invalid attribute name specified.",
      details: { ArgumentName: "x-amz-object-attributes", ArgumentValue: unknown },
    });
  }
  return ATTRIBUTES.filter((attribute) => names.includes(attribute));
}

function toAttributeXml(call: S3Call, object: StoredObject, attribute: Attribute): string | undefined {
  switch (attribute) {
    case "ETag":
      return xmlText("ETag", object.eTag.replaceAll('"', "")); // only here S3 leaves out the quotes
    case "Checksum":
      return toChecksumXml(object);
    case "ObjectParts":
      return object.multipart === undefined ? undefined : toPartsXml(call, object);
    case "StorageClass":
      return xmlText("StorageClass", object.storageClass);
    case "ObjectSize":
      return xmlText("ObjectSize", object.sizeBytes);
  }
}

/** Unlike anywhere else, a composite value comes without the number of its parts. */
function toChecksumXml({ checksum }: StoredObject): string {
  return xmlElement("Checksum", [
    xmlText(checksumElement(checksum.algorithm), checksum.value.replace(/-\d+$/, "")),
    xmlText("ChecksumType", checksum.type),
  ]);
}

/** Parts are listed only where the checksum is made of theirs; of others S3 gives the number. */
function toPartsXml({ request, store }: S3Call, object: StoredObject): string {
  const count = xmlText("PartsCount", store.objectParts.count(object.id));
  if (object.checksum.type !== "COMPOSITE") return xmlElement("ObjectParts", [count]);
  const { headers } = request;
  const marker = parseNumber(headers.get("x-amz-part-number-marker")) ?? 0;
  const maxParts = parseNumber(headers.get("x-amz-max-parts")) ?? MAX_LIST_PAGE;
  const limit = Math.min(maxParts, MAX_LIST_PAGE);
  const found = store.objectParts.page(object.id, { after: marker, limit: limit + 1 });
  const parts = found.slice(0, limit);
  return xmlElement("ObjectParts", [
    count,
    xmlText("PartNumberMarker", marker),
    xmlText("NextPartNumberMarker", parts.at(-1)?.partNumber ?? 0),
    xmlText("MaxParts", limit),
    xmlText("IsTruncated", found.length > limit),
    ...parts.map((part) => toPartXml(part, object)),
  ]);
}

function toPartXml(part: ObjectPart, { checksum }: StoredObject): string {
  return xmlElement("Part", [
    xmlText("PartNumber", part.partNumber),
    xmlText("Size", part.sizeBytes),
    xmlOptional(checksumElement(checksum.algorithm), part.checksumValue),
  ]);
}

/** S3 ignores what is no number here. */
function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
