import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { BlobFiles } from "./blob-files.ts";
import { type BucketTable, createBucketTable } from "./bucket-table.ts";
import { openDatabase, transaction } from "./database.ts";
import { createObjectTable, type NewObject, type ObjectTable } from "./object-table.ts";
import { textOf } from "./row.ts";
import { createUploadTable, type UploadTable } from "./upload-table.ts";

/** What exists (SQLite) and its bytes (files), under one folder. */
export interface ObjectStore {
  buckets: BucketTable;
  objects: ObjectTable;
  uploads: UploadTable;
  blobs: BlobFiles;
  /** All changes of `run`, or none. `run` must not wait for anything. */
  transaction<T>(run: () => T): T;
  /**
   * Make an object visible in place of the one before. Within a transaction.
   *
   * @returns blobs to remove after the commit
   */
  replaceObject(object: NewObject): string[];
  close(): void;
}

/** @throws when another process has the folder open */
export async function openObjectStore(dataDir: string): Promise<ObjectStore> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database = openDatabase(join(dataDir, "s3.sqlite"));
  try {
    const blobs = new BlobFiles(join(dataDir, "blobs"));
    const referenced = referencedBlobs(database);
    await blobs.prepare((blobId) => referenced.has(blobId));
    const objects = createObjectTable(database);
    return {
      buckets: createBucketTable(database),
      objects,
      uploads: createUploadTable(database),
      blobs,
      transaction: (run) => transaction(database, run),
      replaceObject(object) {
        const before = objects.find(object.bucket, object.key);
        const blobIds = before === undefined ? [] : objects.remove(before.id);
        objects.insert(object);
        return blobIds.filter((blobId) => !objects.isReferenced(blobId)); // a copy onto itself keeps them
      },
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function referencedBlobs(database: DatabaseSync): Set<string> {
  const select = database.prepare("SELECT blob_id FROM segment UNION ALL SELECT blob_id FROM part");
  const blobIds = new Set<string>();
  for (const row of select.iterate()) blobIds.add(textOf(row, "blob_id"));
  return blobIds;
}
