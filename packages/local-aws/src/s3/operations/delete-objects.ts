import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { readProtectedBody } from "../body/read-body.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { checkWriteConditions } from "../write-conditions.ts";
import { childRawText, childText, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1000;
/** 1,000 of the longest keys, each of their bytes written as an entity, take under 7 MiB. */
const MAX_BODY_BYTES = 8 * 1024 ** 2;

/**
 * Each key has its own result: one that may not be deleted does not keep the others. A key at which
 * nothing is counts as deleted.
 */
export const deleteObjects: S3Operation = {
  name: "DeleteObjects",
  actions: () => [], // asked for each key
  takesBody: true,
  async run({ request, store }) {
    const { bucket } = request;
    requireBucket(store, request);
    const bytes = await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES });
    const { entries, isQuiet } = parseDeletion(bytes);
    const results = store.transaction(() => {
      requireBucket(store, request); // time has passed while the body came
      return entries.map((entry) => deleteEntry(store, bucket, entry));
    });
    await store.blobs.remove(results.flatMap(({ blobIds }) => blobIds));
    return {
      status: 200,
      body: xmlDocument(
        "DeleteResult",
        results
          .filter(({ error }) => error !== undefined || !isQuiet)
          .map(({ key, error }) =>
            error === undefined
              ? xmlElement("Deleted", [xmlText("Key", key)])
              : xmlElement("Error", [
                  xmlText("Key", key),
                  xmlText("Code", error.code),
                  xmlText("Message", error.message),
                ]),
          ),
      ),
    };
  },
};

interface Entry {
  key: string;
  /** Delete only this one. */
  eTag: string | undefined;
}

/** @throws {S3Error} `MalformedXML`, `NotImplemented` */
function parseDeletion(body: Buffer): { entries: Entry[]; isQuiet: boolean } {
  const root = parseXml(body, "Delete");
  const objects = root.children.filter(({ name }) => name === "Object");
  const others = root.children.filter(({ name }) => name !== "Object");
  const quiet = childText(root, "Quiet") ?? "false";
  const isValid =
    objects.length > 0 &&
    objects.length <= MAX_KEYS &&
    others.length <= 1 &&
    others.every(({ name }) => name === "Quiet") &&
    /^(true|false)$/i.test(quiet);
  if (!isValid) throw new S3Error("MalformedXML");
  return { entries: objects.map(parseEntry), isQuiet: quiet.toLowerCase() === "true" };
}

function parseEntry(element: XmlElement): Entry {
  const key = childRawText(element, "Key");
  if (key === undefined || key === "") throw new S3Error("MalformedXML");
  for (const { name } of element.children) {
    // VersionId needs versions; LastModifiedTime and Size belong to directory buckets.
    if (name === "Key" || name === "ETag") continue;
    throw new S3Error("NotImplemented", {
      message: `This stand-in does not implement ${name} in DeleteObjects.`,
      logNote: `element ${name}`,
    });
  }
  return { key, eTag: childText(element, "ETag") };
}

function deleteEntry(
  store: ObjectStore,
  bucket: string,
  { key, eTag }: Entry,
): { key: string; blobIds: string[]; error?: S3Error } {
  try {
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error("KeyTooLongError");
    const object = store.objects.find(bucket, key);
    checkWriteConditions({ mustBeAbsent: false, mustHaveETag: eTag }, object);
    return { key, blobIds: object === undefined ? [] : store.objects.remove(object.id) };
  } catch (error) {
    if (error instanceof S3Error) return { key, blobIds: [], error };
    throw error;
  }
}
