import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { BlobFiles } from "./blob-files.ts";
import { type BucketTable, createBucketTable } from "./bucket-table.ts";
import { openDatabase, transaction } from "./database.ts";
import { createObjectPartTable, type ObjectPartTable } from "./object-part-table.ts";
import { createObjectTable, type ObjectTable } from "./object-table.ts";
import { createPartTable, type PartTable } from "./part-table.ts";
import { integerOf, textOf } from "./row.ts";
import { createSegmentTable, type SegmentTable } from "./segment-table.ts";
import { createUploadTable, type UploadTable } from "./upload-table.ts";

/** What exists (SQLite) and its bytes (files), under one folder. */
export interface ObjectStore {
  buckets: BucketTable;
  /** Versions of objects. */
  objects: ObjectTable;
  objectParts: ObjectPartTable;
  uploads: UploadTable;
  parts: PartTable;
  segments: SegmentTable;
  blobs: BlobFiles;
  /** All changes of `run`, or none. `run` must not wait for anything. */
  transaction<T>(run: () => T): T;
  /** For the tables of the queues: an event is committed together with the object that it tells of. */
  database: DatabaseSync;
  /** A number that no object or upload has, higher than all of theirs. Within a transaction. */
  nextSequence(): number;
  close(): Promise<void>;
}

/** @throws when another process has the folder open */
export async function openObjectStore(dataDir: string): Promise<ObjectStore> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database = openDatabase(join(dataDir, "s3.sqlite"));
  try {
    const blobs = new BlobFiles(join(dataDir, "blobs"));
    const referenced = referencedBlobs(database);
    await blobs.prepare((blobId) => referenced.has(blobId));
    const segments = createSegmentTable(database);
    const objectParts = createObjectPartTable(database);
    return {
      buckets: createBucketTable(database),
      objects: createObjectTable(database, { segments, parts: objectParts }),
      objectParts,
      uploads: createUploadTable(database, segments),
      parts: createPartTable(database, segments),
      segments,
      blobs,
      transaction: (run) => transaction(database, run),
      database,
      nextSequence: createSequence(database),
      async close() {
        database.close();
        await blobs.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function createSequence(database: DatabaseSync): () => number {
  const increment = database.prepare("UPDATE sequence SET last = last + 1 RETURNING last");
  return () => integerOf(increment.get() ?? {}, "last");
}

function referencedBlobs(database: DatabaseSync): Set<string> {
  const select = database.prepare("SELECT blob_id FROM segment UNION ALL SELECT blob_id FROM part_segment");
  const blobIds = new Set<string>();
  for (const row of select.iterate()) blobIds.add(textOf(row, "blob_id"));
  return blobIds;
}
