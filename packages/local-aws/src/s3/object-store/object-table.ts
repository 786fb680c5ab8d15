import type { DatabaseSync } from "node:sqlite";
import type { Checksum } from "../checksums/checksum-algorithm.ts";
import type { Blob } from "./blob-files.ts";
import { checksumAlgorithmOf, checksumTypeOf } from "./checksum-columns.ts";
import { headersOf, integerOf, keyOf, optionalTextOf, type Row, textOf, toKeyBytes } from "./row.ts";

export interface NewObject {
  bucket: string;
  key: string;
  sizeBytes: number;
  eTag: string; // with its quotes
  lastModified: Date;
  /** System and user metadata under the names of their headers, in lower case. */
  headers: Readonly<Record<string, string>>;
  checksum: Checksum;
  /** In order. CompleteMultipartUpload makes one of each part, CopyObject takes those of its source. */
  segments: readonly Blob[];
  /** The multipart upload it came from, to answer a repeated Complete. */
  completion?: { uploadId: string; fingerprint: string };
}

export interface StoredObject extends Omit<NewObject, "segments" | "completion"> {
  id: number;
  completion: { uploadId: string; fingerprint: string } | undefined;
}

export type ObjectTable = ReturnType<typeof createObjectTable>;

/** Statements on objects. Callers run the changing ones within a transaction. */
export function createObjectTable(database: DatabaseSync) {
  const select = database.prepare("SELECT * FROM object WHERE bucket = ? AND key = ?");
  const selectFrom = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key >= ? ORDER BY key LIMIT 1",
  );
  const selectSegments = database.prepare(
    "SELECT blob_id, size_bytes FROM segment WHERE object_id = ? ORDER BY position",
  );
  const selectReference = database.prepare("SELECT 1 FROM segment WHERE blob_id = ? LIMIT 1");
  const deleteById = database.prepare("DELETE FROM object WHERE id = ?");
  const insert = database.prepare(
    `INSERT INTO object (bucket, key, size_bytes, e_tag, last_modified, headers,
       checksum_algorithm, checksum_type, checksum_value, upload_id, completion)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const insertSegment = database.prepare(
    "INSERT INTO segment (object_id, position, blob_id, size_bytes) VALUES (?, ?, ?, ?)",
  );
  return {
    find(bucket: string, key: string): StoredObject | undefined {
      const row = select.get(bucket, toKeyBytes(key));
      return row === undefined ? undefined : toStoredObject(row);
    },
    /** The first object whose key is not below `from`. */
    findFrom(bucket: string, from: Uint8Array): StoredObject | undefined {
      const row = selectFrom.get(bucket, from);
      return row === undefined ? undefined : toStoredObject(row);
    },
    segments(objectId: number): Blob[] {
      return selectSegments.all(objectId).map((row) => ({
        blobId: textOf(row, "blob_id"),
        sizeBytes: integerOf(row, "size_bytes"),
      }));
    },
    /** @returns the blobs that nothing refers to any more */
    remove(objectId: number): string[] {
      const blobIds = this.segments(objectId).map(({ blobId }) => blobId);
      deleteById.run(objectId);
      return blobIds.filter((blobId) => !this.isReferenced(blobId));
    },
    /** Whether an object is made of this blob; copies share theirs. */
    isReferenced(blobId: string): boolean {
      return selectReference.get(blobId) !== undefined;
    },
    insert(object: NewObject): void {
      const { checksum, completion } = object;
      const row = insert.get(
        object.bucket,
        toKeyBytes(object.key),
        object.sizeBytes,
        object.eTag,
        object.lastModified.getTime(),
        JSON.stringify(object.headers),
        checksum.algorithm,
        checksum.type,
        checksum.value,
        completion?.uploadId ?? null,
        completion?.fingerprint ?? null,
      );
      const id = integerOf(row ?? {}, "id");
      for (const [position, { blobId, sizeBytes }] of object.segments.entries()) {
        insertSegment.run(id, position, blobId, sizeBytes);
      }
    },
  };
}

function toStoredObject(row: Row): StoredObject {
  const uploadId = optionalTextOf(row, "upload_id");
  return {
    id: integerOf(row, "id"),
    bucket: textOf(row, "bucket"),
    key: keyOf(row),
    sizeBytes: integerOf(row, "size_bytes"),
    eTag: textOf(row, "e_tag"),
    lastModified: new Date(integerOf(row, "last_modified")),
    headers: headersOf(row),
    checksum: {
      algorithm: checksumAlgorithmOf(row),
      type: checksumTypeOf(row),
      value: textOf(row, "checksum_value"),
    },
    completion: uploadId === undefined ? undefined : { uploadId, fingerprint: textOf(row, "completion") },
  };
}
