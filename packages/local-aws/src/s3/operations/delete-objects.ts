import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { readProtectedBody } from "../body/read-body.ts";
import type { S3Call, S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { deleteAddressed, deletionActions, type DeletionRequest } from "../versions/delete-addressed.ts";
import type { Deletion } from "../versions/delete-version.ts";
import { isVersionId } from "../versions/version-id.ts";
import { childRawText, childText, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";

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
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const bytes = await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES });
    const { entries, isQuiet } = parseDeletion(bytes);
    const results = store.transaction(() => {
      requireBucket(store, request); // time has passed while the body came
      return entries.map((entry) => deleteEntry(call, entry));
    });
    await store.blobs.remove(results.flatMap(({ deletion }) => deletion?.obsolete ?? []));
    const reported = results.filter(({ deletion }) => deletion === undefined || !isQuiet);
    return { status: 200, body: xmlDocument("DeleteResult", reported.map(toResultXml)) };
  },
};

type Entry = Omit<DeletionRequest, "bucket">;

type Result = Entry & ({ deletion: Deletion } | { deletion?: undefined; error: S3Error });

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
    // LastModifiedTime and Size belong to directory buckets.
    if (name === "Key" || name === "VersionId" || name === "ETag") continue;
    throw new S3Error("NotImplemented", {
      message: `This stand-in does not implement ${name} in DeleteObjects.`,
      logNote: `element ${name}`,
    });
  }
  return { key, versionId: childText(element, "VersionId") || undefined, eTag: childText(element, "ETag") };
}

function deleteEntry(call: S3Call, entry: Entry): Result {
  const wanted = { ...entry, bucket: call.request.bucket };
  try {
    if (Buffer.byteLength(entry.key) > MAX_KEY_BYTES) throw new S3Error("KeyTooLongError");
    for (const action of deletionActions(entry)) call.authorize(action, wanted);
    const isVersion = entry.versionId === undefined || isVersionId(entry.versionId);
    if (!isVersion) throw new S3Error("NoSuchVersion"); // unlike DeleteObject, which finds the id invalid
    return { ...entry, deletion: deleteAddressed(call, wanted) };
  } catch (error) {
    if (error instanceof S3Error) return { ...entry, error };
    throw error;
  }
}

function toResultXml(result: Result): string {
  const named = [xmlText("Key", result.key), xmlOptional("VersionId", result.versionId)];
  if (result.deletion === undefined) {
    const { code, message } = result.error;
    return xmlElement("Error", [...named, xmlText("Code", code), xmlText("Message", message)]);
  }
  const { isDeleteMarker, versionId } = result.deletion;
  if (!isDeleteMarker) return xmlElement("Deleted", named);
  return xmlElement("Deleted", [
    ...named,
    xmlText("DeleteMarker", true),
    xmlOptional("DeleteMarkerVersionId", versionId),
  ]);
}
