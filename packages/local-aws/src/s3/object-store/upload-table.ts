import type { DatabaseSync } from "node:sqlite";
import type { ChecksumAlgorithm, ChecksumType } from "../checksums/checksum-algorithm.ts";
import { checksumAlgorithmOf, checksumTypeOf } from "./checksum-columns.ts";
import type { ObjectProperties } from "./object-version.ts";
import { headersOf, integerOf, keyOf, type Row, storageClassOf, tagsOf, textOf } from "./row.ts";
import { toKeyBytes, toTagsColumn } from "./row.ts";
import type { SegmentTable } from "./segment-table.ts";

/** A multipart upload that is neither completed nor aborted; its properties the object will have. */
export interface Upload extends ObjectProperties {
  uploadId: string;
  bucket: string;
  key: string;
  /** The place of its object among the versions of the key, taken when it was initiated. */
  sequence: number;
  initiatedAt: Date;
  checksumAlgorithm: ChecksumAlgorithm;
  checksumType: ChecksumType;
  /** Whether Create named an algorithm; without one S3 computes CRC64NVME by itself. */
  checksumNamed: boolean;
}

export type UploadTable = ReturnType<typeof createUploadTable>;

/** Statements on multipart uploads. Callers run the changing ones within a transaction. */
export function createUploadTable(database: DatabaseSync, segments: SegmentTable) {
  const insert = database.prepare(
    `INSERT INTO upload (id, bucket, key, sequence, initiated_at, headers, tags, storage_class,
       checksum_algorithm, checksum_type, checksum_named, overtaken)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const select = database.prepare("SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?");
  const selectFrom = database.prepare(
    "SELECT * FROM upload WHERE bucket = ? AND (key, id) > (?, ?) ORDER BY key, id LIMIT 1",
  );
  const selectInitiatedUntil = database.prepare(
    `SELECT * FROM upload WHERE bucket = ? AND (key, id) > (?, ?) AND initiated_at <= ?
     ORDER BY key, id LIMIT 1`,
  );
  const selectOvertaken = database.prepare("SELECT overtaken FROM upload WHERE id = ?");
  const updateOvertaken = database.prepare("UPDATE upload SET overtaken = 1 WHERE bucket = ? AND key = ?");
  const deleteById = database.prepare("DELETE FROM upload WHERE id = ?");
  return {
    insert(upload: Upload): void {
      insert.run(
        upload.uploadId,
        upload.bucket,
        toKeyBytes(upload.key),
        upload.sequence,
        upload.initiatedAt.getTime(),
        JSON.stringify(upload.headers),
        toTagsColumn(upload.tags),
        upload.storageClass,
        upload.checksumAlgorithm,
        upload.checksumType,
        upload.checksumNamed ? 1 : 0,
      );
    },
    find(uploadId: string, bucket: string, key: string): Upload | undefined {
      const row = select.get(uploadId, bucket, toKeyBytes(key));
      return row === undefined ? undefined : toUpload(row);
    },
    /** The first upload behind this key and id; ids of one key sort by the time of their Create. */
    findAfter(bucket: string, key: Uint8Array, uploadId: string): Upload | undefined {
      const row = selectFrom.get(bucket, key, uploadId);
      return row === undefined ? undefined : toUpload(row);
    },
    /** The first upload behind that one which was initiated at `time`, in ms, or before. */
    findInitiatedUntil(
      bucket: string,
      { time, after }: { time: number; after: Pick<Upload, "key" | "uploadId"> },
    ): Upload | undefined {
      const row = selectInitiatedUntil.get(bucket, toKeyBytes(after.key), after.uploadId, time);
      return row === undefined ? undefined : toUpload(row);
    },
    /** Remember in all uploads of a key that something was written or deleted there meanwhile. */
    overtake(bucket: string, key: string): void {
      updateOvertaken.run(bucket, toKeyBytes(key));
    },
    isOvertaken(uploadId: string): boolean {
      return integerOf(selectOvertaken.get(uploadId) ?? {}, "overtaken") === 1;
    },
    /** @returns the blobs that nothing is made of any more, now that its parts are gone too */
    remove(uploadId: string): string[] {
      const removed = [...segments.ofUpload(uploadId).values()].flat();
      deleteById.run(uploadId);
      return segments.unreferenced(removed.map(({ blobId }) => blobId));
    },
  };
}

function toUpload(row: Row): Upload {
  return {
    uploadId: textOf(row, "id"),
    bucket: textOf(row, "bucket"),
    key: keyOf(row),
    sequence: integerOf(row, "sequence"),
    initiatedAt: new Date(integerOf(row, "initiated_at")),
    headers: headersOf(row),
    tags: tagsOf(row),
    storageClass: storageClassOf(row),
    checksumAlgorithm: checksumAlgorithmOf(row),
    checksumType: checksumTypeOf(row),
    checksumNamed: integerOf(row, "checksum_named") === 1,
  };
}
