import { S3Error } from "./s3-error.ts";

/**
 * Classes whose objects can be read at any time: here all are stored alike. Those of the archive, which must
 * be restored first, and those of other kinds of buckets are not known.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const STORAGE_CLASSES = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
] as const;

const ARCHIVE_CLASSES: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];

export type StorageClass = (typeof STORAGE_CLASSES)[number];

export function findStorageClass(name: string): StorageClass | undefined {
  return STORAGE_CLASSES.find((storageClass) => storageClass === name);
}

/** @throws {S3Error} `InvalidStorageClass`, `NotImplemented` for an archive */
export function parseStorageClass(headers: ReadonlyMap<string, string>): StorageClass {
  const name = headers.get("x-amz-storage-class") ?? "STANDARD";
  const storageClass = findStorageClass(name);
  if (storageClass !== undefined) return storageClass;
  if (ARCHIVE_CLASSES.includes(name)) {
    throw new S3Error("NotImplemented", {
      details: { Header: "x-amz-storage-class" },
      logNote: `storage class ${name}`,
    });
  }
  throw new S3Error("InvalidStorageClass", { details: { StorageClassRequested: name } });
}

/** S3 names the class of an object unless it is the usual one. */
export function storageClassHeader(storageClass: StorageClass): Record<string, string> {
  return storageClass === "STANDARD" ? {} : { "x-amz-storage-class": storageClass };
}
